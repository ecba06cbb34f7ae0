"""The page of diagnostics: every code with what it means, why, a message as it is printed, and what mends it."""

from __future__ import annotations

from collections.abc import Iterable

from complaint_policy.diagnostics import Code
from tests.told_codes import example_of

AREAS = {
    "CP1": "Reading YAML",
    "CP2": "Sections and names",
    "CP3": "Checks that warn",
    "CP4": "Conditions",
    "CP5": "Calendars and clocks",
    "CP6": "Cases and mappings",
    "CP7": "Bundles and the cache",
    "CP8": "Plugins and the command line",
    "CP9": "Examples",
}

HEAD = """
# Diagnostics

Every message has a code that keeps its meaning for ever. `complaint-policy check` shows the file, line and column, the
line itself with the place marked, and after `help` what would mend it. Each example below is a message that the program
prints for a file of its tests.

An error must be mended. A *warning* says what is allowed and probably not meant; where it is meant, a comment says so
and why, at the end of the line that is warned of or on a line before it:

```text
  branch: text  # allow CP301: the ticket system fills it in, for the yearly return
```

`check` counts what is allowed so and shows it with `--allowed`; a comment without a reason, or one that sets nothing
aside any more, is itself warned of.
"""


def diagnostics_page(codes: Iterable[Code]) -> str:
    """The whole page, but for the line that says who made it."""
    lines = [HEAD]
    area = ""
    for code in codes:
        if code.number[:3] != area:
            area = code.number[:3]
            lines += [f"## {AREAS[area]}\n"]
        lines += [f"### {code.number}: {code.title}\n", f"*{code.level}*. {code.why}\n"]
        example = example_of(code.number)
        if example:
            lines += [f"```text\n{example}\n```\n"]
    return "\n".join(lines).rstrip() + "\n"
