"""Draws one case as a picture: what happened, what was due by when, on the open days of its calendar.

The picture is made from an evaluation, so it shows what the engine says: `docs/pictures/case.svg` for the README.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from complaint_policy import evaluate, load_policy, prepare
from complaint_policy.bulk.reading import given_facts
from complaint_policy.bulk.yaml_cases import cases_of_yaml
from complaint_policy.calendars.data import Calendar, Zone
from complaint_policy.calendars.zones import local, to_utc
from complaint_policy.case import Case
from complaint_policy.case_reader.reading import case_reader
from complaint_policy.evaluation.outcome import DutyResult, Evaluation
from complaint_policy.policy.model import Policy

ROOT = Path(__file__).resolve().parents[1]
BANK = ROOT / "policies" / "example-retail-bank"
AS_OF = "2026-06-15T12:00+01:00"
CASE = "C-1003"
SHOWN = (
    "acknowledge",
    "assess/first-look",
    "uk-fca-disp/resolved-in-three-days",
    "investigate/gather-information",
    "answer",
    "uk-fca-disp/psr-final-response",
)

WIDTH, LEFT, RIGHT, TOP, ROW = 960, 286, 718, 128, 36
EPOCH = date(1970, 1, 1)

STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: #1f2328 }
.title { font-size: 17px; font-weight: 600 } .small { font-size: 11.5px; fill: #59636e } .strong { font-weight: 600 }
.card { fill: #ffffff; stroke: #d1d9e0 } .closed { fill: #eef1f4; shape-rendering: crispEdges }
.grid { stroke: #d1d9e0 } .now { stroke: #1f2328 }
.track { fill: #d8dee4 } .good { fill: #1a7f37 } .bad { fill: #cf222e } .run { fill: #0969da } .quiet { fill: #818b98 }
.ring { stroke: #ffffff; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small { fill: #9198a1 }
.card { fill: #0d1117; stroke: #3d444d } .closed { fill: #171c23 } .grid { stroke: #3d444d } .now { stroke: #e6edf3 }
.track { fill: #2f363f } .good { fill: #3fb950 } .bad { fill: #f85149 } .run { fill: #58a6ff } .quiet { fill: #656c76 }
.ring { stroke: #0d1117 }
}"""

TONES = {"met": "good", "attested": "good", "met_late": "bad", "breached": "bad", "running": "run", "paused": "run"}


class Scale(NamedTuple):
    """Where a moment stands: from the local midnight of `first` to that after `last` (day numbers)."""

    first: int
    last: int
    begin: int
    end: int

    def x(self, moment: int) -> float:
        share = (min(max(moment, self.begin), self.end) - self.begin) / (self.end - self.begin)
        return round(LEFT + share * (RIGHT - LEFT), 1)


def case_picture() -> str:
    """The SVG of the example bank's case."""
    engine = prepare(load_policy(BANK / "policy.yaml"))
    policy = engine.policy
    read = case_reader(given_facts(policy), policy.events, texts=True)
    data = (BANK / "cases.yaml").read_bytes()
    case = next(item.case for item in cases_of_yaml(data, "cases.yaml", read) if item.case and item.case.id == CASE)
    return draw(policy, case, evaluate(engine, case, AS_OF))


def draw(policy: Policy, case: Case, evaluation: Evaluation) -> str:
    """One case as a card: a row for each duty, events above, the moment of evaluation as a line."""
    calendar = next(one for one in policy.calendars if one.name == policy.default_calendar)
    assert isinstance(calendar, Calendar)
    zone = next(one for one in policy.zones if one.name == calendar.zone)
    rows = [next(one for one in evaluation.duties if one.duty == name) for name in SHOWN]
    moments = [event.at for event in case.events] + [evaluation.as_of]
    moments += [one.due_at for one in rows if one.due_at is not None]
    days = [local(zone, moment)[0] for moment in moments]
    first, last = min(days), max(days) + 1
    scale = Scale(first, last, to_utc(zone, first, 0), to_utc(zone, last + 1, 0))
    height = TOP + ROW * len(rows) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-labelledby="t"><title id="t">{escape(_title(evaluation))}</title><style>{STYLE}</style>',
        f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="10"/>',
        _text(24, 34, _title(evaluation), "title"),
        _text(24, 56, _subtitle(evaluation, policy), "small"),
        *_background(calendar, scale, len(rows)),
        *_events(case, scale),
        *(part for number, one in enumerate(rows) for part in _row(one, number, policy, scale, evaluation.as_of)),
        *_now(evaluation.as_of, scale, zone, height),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _text(x: float, y: float, words: str, tone: str = "", anchor: str = "start") -> str:
    at = f' text-anchor="{anchor}"' if anchor != "start" else ""
    style = f' class="{tone}"' if tone else ""
    return f'<text x="{x}" y="{y}"{at}{style}>{escape(words)}</text>'


def _title(evaluation: Evaluation) -> str:
    labels = [f"{one.name} {one.label}" for one in evaluation.decisions]
    tier = f", tier {evaluation.tier.now}" if evaluation.tier else ""
    return f"{evaluation.case}: {', '.join(labels)}{tier}"


def _subtitle(evaluation: Evaluation, policy: Policy) -> str:
    scope = f", scope {evaluation.scope.label}" if evaluation.scope else ""
    return f"{policy.title}, version {policy.version}{scope}; grey columns are days on which the bank is closed"


def _background(calendar: Calendar, scale: Scale, rows: int) -> list[str]:
    holidays = {one.day for one in calendar.holidays if not one.withdrawn}
    bottom = TOP + ROW * rows
    parts = []
    for day in range(scale.first, scale.last + 1):
        at = EPOCH + timedelta(days=day)
        width = (RIGHT - LEFT) / (scale.last + 1 - scale.first)
        x = LEFT + width * (day - scale.first)
        if not calendar.open_days[at.weekday()] or day in holidays:
            parts.append(
                f'<rect class="closed" x="{x:.1f}" y="{TOP - 22}" width="{width:.1f}" height="{bottom - TOP + 22}"/>'
            )
        if at.weekday() == 0:
            parts.append(_text(round(x, 1) + 3, TOP - 28, f"{at.day} {at:%b}", "small"))
    return parts


def _events(case: Case, scale: Scale) -> list[str]:
    y = TOP - 10
    names = ", ".join(event.type.replace("_", " ") for event in case.events)
    parts = [_text(24, y + 4, names, "small")]
    parts.append(f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}"/>')
    for event in case.events:
        parts.append(f'<circle class="quiet ring" cx="{scale.x(event.at)}" cy="{y}" r="5"/>')
    return parts


def _row(one: DutyResult, number: int, policy: Policy, scale: Scale, as_of: int) -> list[str]:
    duty = next(item for item in policy.duties if item.id == one.duty)
    y = TOP + ROW * number + ROW / 2
    law = bool(duty.pack)
    name = duty.citation if law else one.duty.replace("/", ": ")
    about = one.duty.rpartition("/")[2] if law else "our own target"
    parts = [
        _text(24, y - 1, name, "strong"),
        _text(24, y + 13, about, "small"),
        _text(RIGHT + 18, y - 1, one.state.replace("_", " "), "strong"),
        _text(RIGHT + 18, y + 13, _when(one), "small"),
    ]
    if one.start is None or one.due_at is None or one.late_from is None:
        return parts
    tone = TONES.get(one.state, "quiet")
    done = one.met_at if one.met_at is not None else as_of
    parts.append(_bar("track", scale.x(one.start), scale.x(one.due_at), y, 10))
    in_time = "good" if tone == "good" else "run" if tone == "run" else "quiet"
    parts.append(_bar(in_time, scale.x(one.start), scale.x(min(done, one.due_at)), y, 10))
    if tone == "bad" and done > one.late_from:
        parts.append(_bar("bad", scale.x(one.late_from), scale.x(done), y, 10))
    if one.met_at is not None:
        parts.append(f'<circle class="{tone} ring" cx="{scale.x(one.met_at)}" cy="{y}" r="7"/>')
    return parts


def _bar(tone: str, begin: float, end: float, y: float, height: int) -> str:
    width = max(round(end - begin, 1), 1)
    return f'<rect class="{tone}" x="{begin}" y="{y - height / 2}" width="{width}" height="{height}" rx="3"/>'


def _when(one: DutyResult) -> str:
    if one.due_on is None:
        return "no due day"
    at = EPOCH + timedelta(days=one.due_on)
    return f"{'due' if one.state == 'running' else 'was due'} {at:%a} {at.day} {at:%B}"


def _now(as_of: int, scale: Scale, zone: Zone, height: int) -> list[str]:
    x = scale.x(as_of)
    day, second = local(zone, as_of)
    at = EPOCH + timedelta(days=day)
    words = f"as of {at:%a} {at.day} {at:%B %Y}, {second // 3600:02d}:{second // 60 % 60:02d}"
    return [
        f'<line class="now" x1="{x}" x2="{x}" y1="{TOP - 22}" y2="{height - 26}" stroke-dasharray="3 3"/>',
        _text(x, height - 12, words, "small", "middle"),
    ]
