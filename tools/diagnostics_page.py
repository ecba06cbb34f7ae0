"""The page of diagnostics: every code with what it means, why, a message as it is printed, and what mends it."""

from __future__ import annotations

from collections.abc import Iterable

from complaint_policy.diagnostics import Code
from complaint_policy.policy.documentation import Documentation
from complaint_policy.policy.lint import codes as lint_codes
from complaint_policy.policy.lint import documentation
from tests.told_codes import example_of

AREAS = {
    "CP1": "Reading YAML",
    "CP2": "Sections and names",
    "CP3": "Checks that warn",
    "CP4": "Conditions",
    "CP5": "Calendars and clocks",
    "CP6": "Cases and mappings",
    "CP7": "Bundles, the cache and the configuration",
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
aside any more, is itself warned of. [The configuration](configuration.md) sets the level of a check for all policies.
Gaps and overlaps come with a case: in the JSON of `check`, and as files with `--examples DIR`.
"""


def diagnostics_page(codes: Iterable[Code]) -> str:
    """The whole page, but for the line that says who made it."""
    lines = [HEAD]
    area = ""
    documented = {number: said for number in lint_codes() if (said := documentation(number)).example}
    for code in codes:
        if code.number[:3] != area:
            area = code.number[:3]
            lines += [f"## {AREAS[area]}\n"]
        lines += [f"### {code.number}: {code.title}\n"]
        said, example = documented.get(code.number), example_of(code.number)
        if said is None:
            lines += [f"*{code.level}*. {code.why}\n", *([_block("text", example)] if example else [])]
        else:
            lines += _check(code, said, example)
    return "\n".join(lines).rstrip() + "\n"


def _check(code: Code, said: Documentation, example: str | None) -> list[str]:
    """What a check finds and why that is doubtful, its example with what is told of it, and what is better."""
    return [
        f"*{code.level}*. {said.what}\n",
        f"*Why.* {code.why}\n",
        f"*Example.*\n\n{_block('yaml', said.example)}",
        *([_block("text", example)] if example else []),
        f"*Better.*\n\n{_block('yaml', said.better)}",
    ]


def _block(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```\n"
