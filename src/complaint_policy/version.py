"""Which release of complaint-policy this is: stamped into every bundle and printed by `--version`."""

__version__ = "0.1.0"
"""The release, as [PEP 440](https://peps.python.org/pep-0440/) writes it; the distribution reads it from here."""
