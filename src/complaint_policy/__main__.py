"""Lets `python -m complaint_policy` do what `complaint-policy` does."""

from __future__ import annotations

from complaint_policy.cli import main

if __name__ == "__main__":
    main()
