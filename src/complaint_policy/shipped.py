"""Where the schemas and the policies that come with complaint-policy stand on this machine."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def schemas_folder() -> Path:
    """The folder of the JSON schemas (`policy.schema.json` and its siblings)."""
    return _shipped("schemas")


def policies_folder() -> Path:
    """The folder of the shipped policies, one folder each (`uk-fca-disp/policy.yaml`)."""
    return _shipped("policies")


def _shipped(name: str) -> Path:
    """A wheel carries the folder inside the package; a checkout has it at the top of the repository."""
    installed = _PACKAGE / f"_{name}"
    if installed.is_dir():
        return installed
    checkout = _PACKAGE.parents[1] / name
    assert checkout.is_dir(), f"neither {installed} nor {checkout} exists: the installation is incomplete"
    return checkout
