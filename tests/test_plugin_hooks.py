"""What plugins register by way of each hook is found, named and documented, and costs only itself where it fails."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from complaint_policy import hookspecs
from complaint_policy.default_plugins.built_in import BUILT_IN
from complaint_policy.plugins import (
    load_plugins,
    open_store,
    registered_channels,
    registered_stores,
    registered_ticketing,
)
from complaint_policy.stores.errors import StoreUnavailable, WrongUrl
from tests.cli_runs import in_this_process
from tests.test_plugins import install  # noqa: F401

ROOT = Path(__file__).resolve().parents[1]
HOOKS = [name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.GROUP}_spec")]

HEAD = """
import click
from complaint_policy.hookspecs import hookimpl
"""
GOOD = f"""{HEAD}
class Store:
    def close(self): pass
def open_shelf(url, now, *, create):
    if url == "shelf:broken":
        raise ValueError("the shelf fell down")
    return Store()
@hookimpl
def register_stores(register):
    register("shelf", open_shelf)
@hookimpl
def register_channels(register):
    register("pigeon", lambda settings: None)
@hookimpl
def register_ticketing(register):
    register("paper-tickets", lambda settings: None)
@click.command("greet", short_help="Greet.")
@click.argument("name")
def greet(name):
    "Greet somebody."
    click.echo(f"hello {{name}}")
    return 5
@click.command("fail")
def fail():
    raise KeyError("nobody home")
@click.command("words")
def words():
    return "done"
@hookimpl
def register_commands(register):
    register(greet)
    register(fail)
    register(words)
"""
SECOND = f"""{HEAD}
@hookimpl
def register_stores(register):
    register("sqlite", lambda url, now, *, create: None)
    register("shelf", lambda url, now, *, create: None)
    register("Shelf!", lambda url, now, *, create: None)
    register(None, lambda url, now, *, create: None)
    register("box", "not a function")
@hookimpl
def register_channels(register):
    register("drum", lambda settings: None)
    raise RuntimeError("lost the sticks")
@hookimpl
def register_commands(register):
    register(click.Command("check"))
    register(click.Command("greet"))
    register("no command")
"""


def test_there_are_hooks() -> None:
    assert len(HOOKS) == 6


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_documented_where_its_users_read(hook: str) -> None:
    """In its own words, in what it calls the plugin with, and on the page for integrators."""
    assert len(inspect.getdoc(getattr(hookspecs, hook)) or "") > 100
    (taken,) = inspect.signature(getattr(hookspecs, hook)).parameters.values()
    protocol = getattr(hookspecs, str(taken.annotation))
    assert inspect.getdoc(protocol)
    assert inspect.getdoc(protocol.__call__)
    assert {hook, str(taken.annotation)} <= {*hookspecs.__all__}
    assert f"`{hook}" in (ROOT / "docs" / "guide" / "integrators.md").read_text("utf-8")


def test_what_the_author_of_a_plugin_imports_is_there() -> None:
    assert [name for name in hookspecs.__all__ if not hasattr(hookspecs, name)] == []


def test_what_is_registered_is_found_by_its_name(install: Any) -> None:  # noqa: F811
    install("good", GOOD)
    plugins = load_plugins(BUILT_IN)
    for registered, names in (
        (registered_stores, ["memory", "shelf", "sqlite"]),
        (registered_channels, ["outbox-folder", "pigeon", "smtp", "webhook"]),
        (registered_ticketing, ["paper-tickets"]),
    ):
        named, failed = registered(plugins)
        assert (sorted(named), failed) == (names, [])
    assert registered_stores(plugins)[0]["shelf"].plugin.package == "policy-good"


def test_the_command_lists_what_each_plugin_registers(install: Any, capfd: Any) -> None:  # noqa: F811
    install("good", GOOD)
    told = in_this_process(capfd, "plugins", "--format", "json")
    assert (told.code, told.err) == (0, "")
    listed = {one["name"]: one for one in json.loads(told.out)}
    own = listed["good"]
    assert [own[kind] for kind in ("stores", "channels", "ticketing", "commands")] == [
        *(["shelf"], ["pigeon"], ["paper-tickets"], ["greet", "fail", "words"])
    ]
    assert listed["sqlite-store"]["stores"] == ["sqlite"]
    text = in_this_process(capfd, "plugins").out
    assert "1 store: shelf; 1 channel: pigeon; 1 ticket system: paper-tickets; 3 commands: greet, fail, words" in text


def test_what_does_not_fit_or_is_taken_is_told_and_the_rest_is_there(install: Any, capfd: Any) -> None:  # noqa: F811
    install("a_good", GOOD)
    install("second", SECOND)
    told = in_this_process(capfd, "plugins")
    assert told.code == 1
    assert [line.partition("2.5: ")[2] for line in told.err.splitlines() if line.startswith("warning CP80")] == [
        "RuntimeError: lost the sticks",
        "the command `check` is that of `complaint-policy`",
        "the command `greet` is that of `policy-a_good`",
        "the store `shelf` is that of `policy-a_good`",
        "the store `sqlite` is that of `complaint-policy`",
        "`Shelf!` is no name for a store",
        "it registers a command without a name",
        "it registers a store without a name",
        "what it registers as `box` is no store",
    ]
    assert [told.err.count(f"warning {code}: ") for code in ("CP802", "CP804", "CP805")] == [1, 4, 4]
    assert "1 channel: drum" in told.out, "what was registered before the failure is there"


def test_a_store_is_opened_by_the_plugin_of_its_scheme(install: Any) -> None:  # noqa: F811
    install("good", GOOD)
    plugins = load_plugins(BUILT_IN)
    open_store(plugins, "shelf:top", 5, create=True).close()
    assert open_store(plugins, "memory:", 5, create=True).settings().created_at == 5
    with pytest.raises(StoreUnavailable, match=r"`good` of `policy-good` 2\.5 failed: ValueError: the shelf fell down"):
        open_store(plugins, "shelf:broken", 5, create=True)
    with pytest.raises(WrongUrl) as told:
        open_store(plugins, "shelve:top", 5, create=True)
    assert "did you mean `shelf`?" in told.value.help
    with pytest.raises(WrongUrl):
        open_store(plugins, "memory:named", 5, create=True)


def test_a_command_of_a_plugin_stands_beside_the_built_in_ones(install: Any, capfd: Any) -> None:  # noqa: F811
    install("good", GOOD)
    told = in_this_process(capfd, "greet", "Ann")
    assert (told.code, told.out) == (5, "hello Ann\n")
    assert in_this_process(capfd, "words").code == 0
    assert "greet Greet." in " ".join(in_this_process(capfd, "--help").out.split())
    told = in_this_process(capfd, "greeet", "Ann")
    assert (told.code, "did you mean `greet`?" in told.err) == (2, True)
    assert in_this_process(capfd, "greet").code == 2


def test_a_command_of_a_plugin_that_fails_is_told_as_the_failure_of_the_plugin(install: Any, capfd: Any) -> None:  # noqa: F811
    install("good", GOOD)
    told = in_this_process(capfd, "fail")
    assert told.code == 1
    assert "CP802: the plugin `good: fail` of `policy-good` 2.5: KeyError: 'nobody home'" in told.err
