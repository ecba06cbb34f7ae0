"""Loads plugins one by one, so that one that fails takes no other with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import pluggy

from complaint_policy import hookspecs
from complaint_policy.channels import NotDelivered, Notice, NotificationChannel
from complaint_policy.diagnostics import Code, Diagnostic, Level, Location, diagnostic
from complaint_policy.hookspecs import GROUP, RegisterCheck
from complaint_policy.stores.errors import StoreError, StoreUnavailable, scheme_of
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.version import __version__

if TYPE_CHECKING:
    from complaint_policy.policy.lint import Check
    from complaint_policy.policy.lint_check import Places
    from complaint_policy.policy.model import Policy

NOT_LOADED = Code(
    "CP801",
    "a plugin could not be loaded",
    "A package names a plugin that cannot be imported or does not fit this release. Everything else goes on "
    "without it.",
    "warning",
)
NOT_THERE = Code(
    "CP757",
    "a plugin that is allowed and not installed",
    "The list of plugins that may be loaded names one that is not there. A name that is misspelt keeps out the plugin"
    " that was meant.",
    "warning",
)
FAILED = Code(
    "CP802",
    "a plugin failed",
    "A plugin raised an error where it was asked to register something, or one of its checks did, or gave something"
    " that cannot be shown. What it would have said is missing; everything else is there.",
    "warning",
)


NO_FOLDER = Code(
    "CP678",
    "a plugin names a folder of packs that is not there",
    "A plugin brings packs of law in folders of its own. The folder that it names is missing, so its packs are too;"
    " everything else is there.",
    "warning",
)
TAKEN = Code(
    "CP804",
    "a plugin registers a name that is taken",
    "A kind of store, a channel, a ticket system or a command has one name. The built-in one keeps it, then the "
    "plugin whose name comes first; what the other registers under it is left out.",
    "warning",
)
MISFIT = Code(
    "CP805",
    "a plugin registers what does not fit",
    "What a plugin registers has a name of small letters, digits and `-`, and something that can be called or, for a "
    "command, run. What does not fit is left out; everything else is there.",
    "warning",
)


class Plugin(NamedTuple):
    """A plugin that was loaded: its name, the distribution it comes from with its version, and the hooks it answers."""

    name: str
    package: str
    version: str
    hooks: tuple[str, ...]


class Plugins(NamedTuple):
    """The plugins that were loaded, and what is to be said of those that were not."""

    manager: pluggy.PluginManager
    loaded: tuple[Plugin, ...]
    diagnostics: tuple[Diagnostic, ...]


class _Offered(NamedTuple):
    """An entry point, whichever way it came."""

    name: str
    package: str
    version: str
    load: Any


def load_plugins(built_in: Mapping[str, object], allowed: Collection[str] | None = None) -> Plugins:
    """The built-in plugins by name, and those that distributions name in the entry-point group `complaint_policy`.

    `allowed`: the names of those that may be loaded beside the built-in ones; None is each. No code of another is run.
    """
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    loaded: list[Plugin] = []
    found: list[Diagnostic] = []
    installed = [one for one in _installed() if allowed is None or one.name in allowed]
    for offered in (*_built_in(built_in), *installed):
        problem = _register(manager, offered)
        if problem is not None:
            found.append(problem)
            continue
        hooks = tuple(sorted(caller.name for caller in manager.get_hookcallers(manager.get_plugin(offered.name)) or ()))
        loaded.append(Plugin(offered.name, offered.package, offered.version, hooks))
    there = {one.name for one in installed} | built_in.keys()
    for name in sorted({*(allowed or ())} - there):
        help = "install its package, or take it off the list; `complaint-policy plugins` shows the names"
        found.append(diagnostic(NOT_THERE, f"the plugin `{name}` is allowed and not installed", None, help))
    return Plugins(manager, tuple(loaded), tuple(found))


def _built_in(plugins: Mapping[str, object]) -> Iterable[_Offered]:
    for name, plugin in plugins.items():
        yield _Offered(name, "complaint-policy", __version__, partial(_itself, plugin))


def _itself(plugin: object) -> object:
    return plugin


def _installed() -> Iterable[_Offered]:
    """In the order of their names, so that two machines with the same packages do the same."""
    from importlib.metadata import entry_points

    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    for point in points:
        dist = point.dist
        yield _Offered(point.name, dist.name if dist else "?", dist.version if dist else "?", point.load)


def _register(manager: pluggy.PluginManager, offered: _Offered) -> Diagnostic | None:
    """Loads one plugin; it is either registered whole or not at all."""
    try:
        plugin = offered.load()
        manager.register(plugin, name=offered.name)
    except Exception as error:  # a plugin is somebody else's code: it may raise anything
        return _told(NOT_LOADED, offered.name, offered.package, offered.version, error)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        manager.unregister(plugin)
        return _told(NOT_LOADED, offered.name, offered.package, offered.version, error)
    return None


def _told(code: Code, name: str, package: str, version: str, error: Exception) -> Diagnostic:
    said = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return diagnostic(
        code, f"the plugin `{name}` of `{package}` {version}: {said}", None, f"update or remove the package `{package}`"
    )


class Registered(NamedTuple):
    """A check with the plugin that registered it, called so that its failure is a diagnostic and nothing more."""

    plugin: Plugin
    name: str
    check: Check

    def run(self, policy: Policy, places: Places) -> list[Diagnostic]:
        """What the check finds, or that it failed."""
        plugin = self.plugin
        try:
            said = list(self.check(policy, places))
        except Exception as error:  # as above
            return [_told(FAILED, f"{plugin.name}: {self.name}", plugin.package, plugin.version, error)]
        misfit = next((problem for item in said if (problem := _misfit(item, plugin))), None)
        if misfit is not None:
            return [_told(FAILED, f"{plugin.name}: {self.name}", plugin.package, plugin.version, TypeError(misfit))]
        return said


def _misfit(item: object, plugin: Plugin) -> str | None:
    """Why what a check gave cannot be shown, or None: one plugin may not break the report of what others found."""
    if not isinstance(item, Diagnostic):
        return f"a check gave {type(item).__name__} where a Diagnostic belongs"
    code = item.code
    if not isinstance(code, Code) or not all(isinstance(text, str) for text in code):
        return "a check gave a Diagnostic whose code is not a Code of texts"
    if code.number.startswith("CP") and plugin.package != "complaint-policy":
        return f"`{code.number}` is a number of complaint-policy itself: begin with a word of your own"
    if item.level not in get_args(Level):
        return f"`{item.level}` is not a level: write error, warning or note"
    if not (isinstance(item.message, str) and isinstance(item.help, str)):
        return "a check gave a Diagnostic whose message or help is not a text"
    if not isinstance(item.location, Location | None) or not isinstance(item.related, tuple):
        return "a check gave a Diagnostic whose location is not a Location"
    return None


def registered_checks(plugins: Plugins) -> tuple[list[Registered], list[Diagnostic]]:
    """The checks of every plugin, and what is to be said of plugins that failed to register theirs."""
    checks: list[Registered] = []
    found: list[Diagnostic] = []
    for plugin in plugins.loaded:
        own: list[Registered] = []
        problem = _asked(plugins, plugin, "register_checks", _into(own, plugin))
        found += [problem] if problem is not None else []
        checks += own
    return checks, found


def _asked(plugins: Plugins, plugin: Plugin, hook: str, register: object) -> Diagnostic | None:
    """Asks one plugin to register what it has; one call a plugin, as an exception loses the results of its call."""
    others = [other for name, other in plugins.manager.list_name_plugin() if name != plugin.name and other is not None]
    try:
        plugins.manager.subset_hook_caller(hook, remove_plugins=others)(register=register)
    except Exception as error:  # as above
        return _told(FAILED, plugin.name, plugin.package, plugin.version, error)
    return None


class PackFolder(NamedTuple):
    """A folder of packs with the plugin that brings it."""

    plugin: Plugin
    folder: Path


def pack_folders(plugins: Plugins) -> tuple[list[PackFolder], list[Diagnostic]]:
    """The folders of packs that plugins bring, in the order of their names, and what is to be said of those that
    failed to register theirs."""
    folders: list[PackFolder] = []
    found: list[Diagnostic] = []
    for plugin in plugins.loaded:
        own: list[Path] = []
        problem = _asked(plugins, plugin, "register_pack_folders", own.append)
        found += [problem] if problem is not None else []
        for folder in own:
            if isinstance(folder, Path) and folder.is_dir():
                folders.append(PackFolder(plugin, folder))
                continue
            message = (
                f"the plugin `{plugin.name}` of `{plugin.package}` {plugin.version}: there is no folder `{folder}`"
            )
            found.append(diagnostic(NO_FOLDER, message, None, f"update or remove the package `{plugin.package}`"))
    return folders, found


class Named(NamedTuple):
    """Something that a plugin registered under a name: what opens a store, makes a channel, or is a command."""

    plugin: Plugin
    name: str
    what: Any


def registered_stores(plugins: Plugins) -> tuple[dict[str, Named], list[Diagnostic]]:
    """What opens a store (`stores.protocol.OpenStore`) by the scheme of its URLs, and what is to be said."""
    return _named(plugins, "register_stores", "store", _is_made)


def registered_channels(plugins: Plugins) -> tuple[dict[str, Named], list[Diagnostic]]:
    """What makes a channel (`channels.MakeChannel`) by the name of its type, and what is to be said of the rest."""
    return _named(plugins, "register_channels", "channel", _is_made)


def registered_ticketing(plugins: Plugins) -> tuple[dict[str, Named], list[Diagnostic]]:
    """What connects to a ticket system (`ticketing.MakeTicketing`) by its name, and what is to be said of the rest."""
    return _named(plugins, "register_ticketing", "ticket system", _is_made)


def registered_commands(
    plugins: Plugins, fits: Callable[[object], bool], built_in: Collection[str]
) -> tuple[dict[str, Named], list[Diagnostic]]:
    """The commands of plugins by name, and what is to be said of the rest.

    `fits` tells a command from what is none; `built_in` are the names of those that no plugin takes the place of.
    """
    return _named(plugins, "register_commands", "command", fits, built_in)


def _is_made(what: object) -> bool:
    return callable(what)


def _named(
    plugins: Plugins, hook: str, kind: str, fits: Callable[[object], bool], taken: Collection[str] = ()
) -> tuple[dict[str, Named], list[Diagnostic]]:
    """What every plugin registers by way of a hook, under names that are each given once."""
    named: dict[str, Named] = {}
    found: list[Diagnostic] = []
    for plugin in plugins.loaded:
        given: list[tuple[object, ...]] = []
        problem = _asked(plugins, plugin, hook, _taker(given, alone=hook == "register_commands"))
        found += [problem] if problem is not None else []
        for name, what in given:
            said = _name_problem(kind, name) or ("" if fits(what) else f"what it registers as `{name}` is no {kind}")
            if not said and isinstance(name, str) and name not in named and name not in taken:
                named[name] = Named(plugin, name, what)
                continue
            owner = named[str(name)].plugin.package if str(name) in named else "complaint-policy"
            code, said = (MISFIT, said) if said else (TAKEN, f"the {kind} `{name}` is that of `{owner}`")
            told = f"the plugin `{plugin.name}` of `{plugin.package}` {plugin.version}: {said}"
            found.append(diagnostic(code, told, None, f"update or remove the package `{plugin.package}`"))
    return named, found


def _taker(given: list[tuple[object, ...]], *, alone: bool) -> object:
    """The function that a hook is given: a name and what it names, or a command, which has its name itself."""

    def register(name: object, what: object, /) -> None:
        given.append((name, what))

    def register_alone(command: object, /) -> None:
        given.append((getattr(command, "name", None), command))

    return register_alone if alone else register


def _name_problem(kind: str, name: object) -> str:
    """Why this is no name; the empty text if it is one."""
    if not isinstance(name, str) or not name:
        return f"it registers a {kind} without a name"
    letters = name.replace("-", "")
    plain = letters.isascii() and letters.isalnum() and letters == letters.lower()
    return "" if plain and name[0].isalpha() else f"`{name}` is no name for a {kind}"


def open_store(plugins: Plugins, url: str, now: int, *, create: bool) -> CaseStore:
    """The store that the URL names, opened by the plugin that registered its scheme (`stores.protocol.OpenStore`).

    Raises one of `stores.errors`. What a plugin raises instead of them becomes `StoreUnavailable`.
    """
    stores = registered_stores(plugins)[0]
    chosen = stores[scheme_of(url, stores)]
    try:
        store: CaseStore = chosen.what(url, now, create=create)
    except StoreError:
        raise
    except Exception as error:  # as above
        said = f"the plugin `{chosen.plugin.name}` of `{chosen.plugin.package}` {chosen.plugin.version} failed: "
        raise StoreUnavailable(url, f"{said}{type(error).__name__}: {error}", again=False) from error
    return store


def delivered(name: str, channel: NotificationChannel, notice: Notice, now: int) -> str:
    """Delivers a notice by the channel of that name, and gives what the receiver calls it.

    Raises `NotDelivered`. What a channel raises instead becomes that too, to be tried again, without what it says: it
    may quote the notice.
    """
    try:
        return channel.deliver(notice, now)
    except NotDelivered:
        raise
    except Exception as error:  # as above
        raise NotDelivered(f"the channel `{name}` failed: {type(error).__name__}", again=True) from error


def failure(named: Named, error: Exception) -> Diagnostic:
    """What is told of something that a plugin registered and that raised this."""
    plugin = named.plugin
    return _told(FAILED, f"{plugin.name}: {named.name}", plugin.package, plugin.version, error)


def _into(checks: list[Registered], plugin: Plugin) -> RegisterCheck:
    def register(name: str, check: Check, /) -> None:
        checks.append(Registered(plugin, name, check))

    return register
