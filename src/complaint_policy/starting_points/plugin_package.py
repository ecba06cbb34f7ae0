"""A first plugin: a whole package with tests that pass, from templates, to be made into one's own."""

from __future__ import annotations

from collections.abc import Mapping
from keyword import iskeyword
from pathlib import Path
from typing import Literal, TypeAlias

from complaint_policy.version import __version__

Kind: TypeAlias = Literal["checks", "channel", "store", "ticketing"]
"""What the plugin brings."""

_TEMPLATES = Path(__file__).resolve().parent / "plugin_templates"
_WHAT: Mapping[Kind, str] = {
    "checks": "checks of our own",
    "channel": "a channel for notices",
    "store": "a store for cases",
    "ticketing": "a ticket system that cases come from",
}
_FILES: Mapping[Kind, Mapping[str, str]] = {
    "checks": {"src/@module@/__init__.py": "checks_hooks.py", "tests/test_checks.py": "test_checks.py"},
    "channel": {
        "src/@module@/__init__.py": "channel_hooks.py",
        "src/@module@/channel.py": "channel.py",
        "tests/test_channel.py": "test_channel.py",
    },
    "store": {
        "src/@module@/__init__.py": "store_hooks.py",
        "src/@module@/store.py": "store.py",
        "tests/test_store.py": "test_store.py",
    },
    "ticketing": {
        "src/@module@/__init__.py": "ticketing_hooks.py",
        "src/@module@/tickets.py": "tickets.py",
        "tests/test_tickets.py": "test_tickets.py",
    },
}
"""Of each kind its files and the templates that they are made from, beside those that all have."""

_SHARED = {"pyproject.toml": "pyproject.toml", "README.md": "README.md"}


def problem_with_name(name: str) -> str:
    """Why a package cannot be called so; the empty text if it can."""
    parts = name.split("-")
    plain = name.isascii() and all(part.isalnum() and part == part.lower() for part in parts)
    if not plain or not name[:1].isalpha():
        return "write small letters and digits, with `-` between words, such as `our-channel`"
    module = name.replace("-", "_")
    if iskeyword(module) or module in ("complaint_policy", "tests"):
        return f"a module cannot be called `{module}`"
    return ""


def plugin_files(name: str, kind: Kind) -> dict[str, str]:
    """The files of the package: their paths and their texts. The name is one without a problem."""
    assert not problem_with_name(name)
    major, minor = (int(part) for part in __version__.split(".")[:2])
    words = {
        "@name@": name,
        "@module@": name.replace("-", "_"),
        "@what@": _WHAT[kind],
        "@minor@": f"{major}.{minor}",
        "@next@": f"{major}.{minor + 1}",
    }
    made = {_filled(path, words): _filled(_template(file), words) for path, file in {**_SHARED, **_FILES[kind]}.items()}
    return {**made, f"src/{words['@module@']}/py.typed": ""}


def _template(file: str) -> str:
    return (_TEMPLATES / f"{file}.template").read_text("utf-8")


def _filled(text: str, words: Mapping[str, str]) -> str:
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text
