"""The channels that an organisation has set up: each table below `[channels]` of the configuration makes one."""

from __future__ import annotations

from collections.abc import Mapping

from complaint_policy.channels import MakeChannel, NotificationChannel, WrongSettings
from complaint_policy.configuration.tables import Table, Tables
from complaint_policy.diagnostics import Code, Diagnostic, nearest

NO_TYPE = Code(
    "CP758",
    "a channel of an unknown type",
    "A channel says by its `type` what it is; `complaint-policy plugins` shows the types that there are. That of a"
    " plugin which is not installed or not allowed is none.",
)
REFUSED = Code(
    "CP759",
    "a setting that a channel does not take",
    "Each type of channel has settings of its own, and says which of them it cannot work with.",
)


def channels_of(
    tables: Tables, types: Mapping[str, MakeChannel], environment: Mapping[str, str]
) -> tuple[dict[str, NotificationChannel], list[Diagnostic]]:
    """The channels by name, connected to nothing yet; and all that is wrong with their settings.

    `types`: what makes a channel, by the name of its type. `environment`: where `{env = "NAME"}` is looked up.
    """
    table = tables.table("channels")
    made: dict[str, NotificationChannel] = {}
    for name, below in table.below():
        channel = _made(below, types, environment)
        if channel is not None:
            made[name] = channel
    return made, table.found


def _made(table: Table, types: Mapping[str, MakeChannel], environment: Mapping[str, str]) -> NotificationChannel | None:
    before, settings = len(table.found), table.settings(environment)
    type = settings.pop("type", None)
    if type not in types:
        near = nearest(str(type), types)
        help = f"did you mean `{near}`?" if near else f"there are {', '.join(f'`{one}`' for one in sorted(types))}"
        if type is None:
            table.note_itself(
                NO_TYPE, f"`{table.path[-1]}` does not say of which type it is", f'write `type = "…"`: {help}'
            )
        else:
            table.note(NO_TYPE, f"there is no type of channel `{type}`", "type", help)
        return None
    if len(table.found) > before:
        return None  # a secret that is not there would be told a second time as one that does not fit
    try:
        return types[str(type)](settings)
    except WrongSettings as error:
        for name, why in error.problems.items():
            if name in table.values:
                table.note(REFUSED, f"`{name}` of the channel `{table.path[-1]}`: {why}", name, "see its documentation")
            else:
                table.note_itself(REFUSED, f"the channel `{table.path[-1]}` needs `{name}`", why)
    return None
