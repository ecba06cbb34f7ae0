"""What an organisation does with a pack's duties: it tightens some and, with a reason, disapplies others."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from complaint_policy.clocks.data import Limit
from complaint_policy.policy.compiling.binding import Bound
from complaint_policy.policy.compiling.clocks import Outer, compile_due
from complaint_policy.policy.compiling.conditions import together
from complaint_policy.policy.compiling.draft import Draft, items_in, mapping_in, text_in, text_under
from complaint_policy.policy.compiling.happenings import read_content, read_happening, with_more_content
from complaint_policy.policy.compiling.in_force import in_the_time_of, only_text
from complaint_policy.policy.compiling.languages import words_under
from complaint_policy.policy.compiling.names import twice, unknown
from complaint_policy.policy.compiling.places import NEVER_MET
from complaint_policy.policy.compiling.stops import read_warnings
from complaint_policy.policy.compiling.tightening import check_tightening
from complaint_policy.policy.model import Disapplied, Duty, Pack, Strength
from complaint_policy.policy.nodes import Mapping, Scalar


def declare_tightened(bound: Bound) -> None:
    """Note the ids of tightened duties: the organisation's stricter form has the name that the duty has in its pack."""
    own = bound.by
    for key, _ in bound.answers("tighten"):
        if key.text not in bound.draft.duties:
            own.problems.append(unknown("duty", key.text, bound.draft.duties, key.location, of=bound.key.text))
        elif key.text in own.duties:
            own.problems.append(twice("duty", key.text, key.location, own.duties[key.text]))
        else:
            own.duties[key.text] = key.location
            own.common.duties[own.declare("duty", key.text, key.location)] = key.location


def tightened(bound: Bound, pack: Pack, law: dict[str, Duty]) -> list[Duty]:
    """The stricter forms: the pack's duty with less time or more content, where the pack applies."""
    found, own = [], bound.by
    for key, node in bound.answers("tighten"):
        duty = law.get(bound.draft.name(key.text))
        body = mapping_in(node, own)
        if duty is not None and duty.forbid:
            message = f"`{key.text}` is a prohibition, which has no time to shorten"
            own.report(NEVER_MET, message, key.location, "write a prohibition of your own that lasts longer")
        elif duty is not None and body is not None:
            found.append(_tightened(key, body, duty, pack, own))
    return found


def _tightened(key: Scalar, body: Mapping, law: Duty, pack: Pack, own: Draft) -> Duty:
    text = only_text(law.due)
    start = text.start if isinstance(text, Limit) else None
    written = body.get("due")
    due = law.due if written is None else in_the_time_of(law.due, compile_due(written, own, Outer(start)))
    done_by = read_happening(body.get("done_by"), own) if body.get("done_by") is not None else law.done_by
    when = together([pack.applies, law.when])
    usual = "internal" if own.earlier or not own.prefix else law.strength
    duty = replace(
        law,
        id=own.name(key.text),
        pack=own.prefix.removesuffix("/"),
        section="tighten",
        strength=cast(Strength, text_in(body.get("strength"), own) or usual),
        says=words_under(body, "says", own) or law.says,
        citation=text_under(body, "citation", own) or law.citation,
        when=None if pack.applies is None and law.when is None else when,
        due=due,
        done_by=with_more_content(done_by, read_content(body.get("content"), own)),
        warn=read_warnings(body.get("warn"), own),
        meets=law.id,
        when_key_changes="from_change",
        reading=None,
        because=words_under(body, "because", own),
    )
    check_tightening(duty, law, key.location, own)
    return duty


def disapplied(bound: Bound) -> list[Disapplied]:
    """The pack's duties that who extends it disapplies, with the reasons (semantics 61)."""
    found, own = [], bound.by
    for item in items_in(bound.body.get("disapply") if bound.body else None, own):
        body = mapping_in(item, own)
        named = body.get("duty") if body else None
        text = text_in(named, own)
        if body is None or text is None or named is None:
            continue
        name = text.removeprefix(bound.draft.prefix)
        if name in bound.draft.duties:
            found.append(
                Disapplied(bound.draft.name(name), words_under(body, "because", own), text_under(body, "citation", own))
            )
        else:
            own.problems.append(unknown("duty", text, bound.draft.duties, named.location, of=bound.key.text))
    return found
