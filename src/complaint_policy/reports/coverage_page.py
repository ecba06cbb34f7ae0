"""Shows how much of a policy its examples exercise as one page: the lines of every file, each with its parts."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from complaint_policy.reports.coverage import by_kind, figures, whose
from complaint_policy.rollout.coverage.results import FileCoverage, Seen

_STYLE = """
body { font: 16px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1b1b1b; }
table { border-collapse: collapse; } th, td { padding: .1rem .8rem .1rem 0; text-align: left; }
.source { width: 100%; font: 13px/1.5 ui-monospace, monospace; }
.source td { white-space: pre-wrap; vertical-align: top; } .source td:first-child { color: #666; text-align: right; }
.source td:last-child { color: #444; }
.yes { background: #e6f4e6; } .no { background: #fbe3e3; } .part { background: #fff3cd; }
@media (prefers-color-scheme: dark) {
  body, .source td:last-child { background: #161616; color: #ddd; }
  .yes { background: #12331a; } .no { background: #4a1a1a; } .part { background: #453a10; }
}
"""


def coverage_page(files: Iterable[FileCoverage]) -> str:
    """One page in HTML that needs nothing else: figures first, then each file with its lines marked."""
    shown = [one for one in files if one.number]
    rows = "".join(_summary(number, one) for number, one in enumerate(shown))
    sources = "".join(_source(number, one) for number, one in enumerate(shown) if one.own)
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}<title>Coverage by examples</title>\n'
        f"<style>{_STYLE}</style></head><body>\n<h1>Coverage by examples</h1>\n"
        f"<table><tr><th>file</th><th>of</th><th>exercised</th></tr>{rows}</table>\n"
        "<p>Each line that says something is marked: "
        '<span class="yes">✓ exercised</span>, <span class="part">≈ in part</span>, '
        '<span class="no">✗ not</span>.</p>\n'
        f"{sources}</body></html>\n"
    )


def _summary(number: int, one: FileCoverage) -> str:
    name = escape(one.file)
    link = f'<a href="#file-{number}">{name}</a>' if one.own else name
    return f"<tr><td>{link}</td><td>{escape(one.title + whose(one))}</td><td>{figures(one)}</td></tr>\n"


def _source(number: int, one: FileCoverage) -> str:
    kinds = "".join(f"<tr><td>{kind}</td><td>{done} of {all}</td></tr>" for kind, done, all in by_kind(one))
    by_line: dict[int, list[Seen]] = {}
    for seen in one.seen:
        by_line.setdefault(seen.line, []).append(seen)
    lines = "".join(_line(place, text, by_line.get(place, [])) for place, text in enumerate(one.text.splitlines(), 1))
    heading = f'<h2 id="file-{number}">{escape(one.file)}: {figures(one)}</h2>\n'
    return f'{heading}<table>{kinds}</table>\n<table class="source">{lines}</table>\n'


def _line(number: int, text: str, seen: list[Seen]) -> str:
    done = sum(one.exercised for one in seen)
    kind, sign = ("yes", "✓") if done == len(seen) else ("no", "✗") if not done else ("part", "≈")
    if not seen:
        return f"<tr><td>{number}</td><td></td><td>{escape(text)}</td><td></td></tr>\n"
    told = "\n".join(f"{'✓' if one.exercised else '✗'} {one.part.kind}: {one.part.name}" for one in seen)
    cells = f"<td>{number}</td><td>{sign}</td><td>{escape(text)}</td><td>{escape(told)}</td>"
    return f'<tr class="{kind}">{cells}</tr>\n'
