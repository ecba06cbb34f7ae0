"""Finds what `prove --floor` names: packs that the policy extends, shipped packs by their ids, files, and OLD."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import click

from complaint_policy.cli.named_files import must_be_readable
from complaint_policy.cli.tested_policies import Policies
from complaint_policy.diagnostics import nearest
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Policy
from complaint_policy.shipped import policies_folder


class Floors(NamedTuple):
    """packs: those that the policy extends, by their ids. policies: all others, made ready by themselves."""

    packs: frozenset[str]
    policies: tuple[Engine, ...]


NO_FLOORS = Floors(frozenset(), ())
"""Nothing is asked about floors."""


def floors_of(named: tuple[str, ...], policy: Policy, old: Engine | None, policies: Policies) -> Floors | None:
    """What the words after `--floor` name, and OLD; an empty word stands for every pack that the policy extends.

    None: one of them has errors, which have been told. A name that is none is a mistake of usage.
    """
    versions = {version.id for version in policy.versions}
    extended = {pack.id: pack.version for pack in policy.packs[1:] if pack.id not in versions}
    if "" in named and not extended and old is None and not any(named):
        raise click.UsageError(
            "the policy extends no pack, so `--floor` has nothing to go by: name a pack, or use `--against`"
        )
    packs = set(extended) if "" in named else set[str]()
    others = [] if old is None else [old]
    for name in filter(None, named):
        if name in extended and not Path(name).is_file():
            packs.add(name)
            continue
        engine = policies.engine(_place(name, sorted(extended)))
        if engine is None:
            return None
        id, version = engine.policy.id, engine.policy.version
        if extended.get(id) == version:
            packs.add(id)
        elif id in extended:
            raise click.UsageError(f"the policy extends `{id}` {extended[id]}, and `{name}` is its version {version}")
        else:
            others.append(engine)
    return Floors(frozenset(packs), tuple(others))


def _place(name: str, extended: list[str]) -> Path:
    """A file, or a shipped pack by its id."""
    if Path(name).is_file():
        must_be_readable(Path(name))
        return Path(name)
    shipped = sorted(one.name for one in policies_folder().iterdir() if (one / "policy.yaml").is_file())
    if name in shipped:
        return policies_folder() / name / "policy.yaml"
    near = nearest(name, [*extended, *shipped])
    help = f": did you mean `{near}`?" if near else ""
    raise click.UsageError(f"`{name}` is neither a file nor a pack that is shipped or extended{help}")
