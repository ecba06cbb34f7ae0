"""Says each kind of finding as a sentence for people; what the kinds mean stands with the engine that finds them."""

from __future__ import annotations

from typing import Final

from complaint_policy.calendars.data import Zone
from complaint_policy.evaluation.outcome import Finding
from complaint_policy.reports.local_time import moment_in_words

SENTENCES: Final[dict[str, str]] = {
    "reading": "{detail}",
    "no_receipt": "the complaint has not been received by this moment, so nothing starts",
    "received_again": "`{about}` is a later receipt{on} and changes nothing",
    "completion_before_receipt": "`{detail}`{on} was before the complaint was received and does not count for {about}",
    "policy_not_in_force": "the policy `{about}` is not in force at this moment",
    "began_before_first_version": "the case began before the first version of {about} that is known",
    "earlier_version": "version {detail} of {about} holds for this case, alone or beside the current one",
    "not_yet_in_force": "{about} does not apply: no text of it was in force{on}",
    "disapplied": "{about} is disapplied by the organisation: {detail}",
    "out_of_scope_but_law_applies": "{about} applies by law, although the organisation puts the case out of scope",
    "several_rows_true": "several rows of {about} are true ({detail}): the more severe one is taken",
    "beyond_calendar": "when {about} falls due lies beyond the calendar and cannot be told",
    "no_such_day": "{about} has no due day: the month in which it would fall has no such day",
    "start_overdue": "{about} should have started{by}, and has not",
    "other_reading": "by its reading {detail}, {about} was late{on}; it is judged by the adopted one",
    "not_attested": "{about} was not recorded as done before the case was closed",
    "deemed": "`{about}` is deemed to have happened{on}: its time ran out in silence",
    "unclear_deemed": "whether `{about}` is deemed to have happened{on} cannot be told: it has not",
    "revived": "{about} was met or switched off, and is owed again{on}",
    "pause_end_without_start": "what ends a pause of {about} happened{on} with no pause open",
    "pause_too_late": "a pause of {about} began{on}, when it was late already: it changes nothing",
    "unclear_pause": "whether a pause of {about}{on} has its ground cannot be told: it does not count",
    "unclear_suspension": "whether a suspension of {about} reaches the case cannot be told: it does not count",
    "unclear_extension": "whether an extension of {about}{on} is good cannot be told: it does not count",
    "invalid_extension_late": "an extension of {about}{on} came after it had expired: it does not count",
    "invalid_extension_ground": "an extension of {about}{on} has no ground: it does not count",
    "invalid_extension_content": "an extension of {about}{on} lacks what it must contain: it does not count",
    "invalid_extension_times": "an extension of {about}{on} is one more than may be given: it does not count",
    "invalid_extension_no_date": "an extension of {about}{on} promises no date: it does not count",
    "invalid_extension_cap": "an extension of {about}{on} promises too late a date: it does not count",
    "beyond_soft_cap": "an extension of {about}{on} goes beyond what is usual at most: it counts all the same",
    "open_ended": "{about} is extended{on} without an end: nothing is due, so set a target of your own",
    "unknown_tier": "the escalation `{about}`{on} names no tier of this policy",
    "no_higher_tier": "the move `{about}`{on} goes up, and there is no higher tier inside",
    "outside_only_by_referral": "the move `{about}`{on} names a tier outside, which only a referral enters",
    "limit_never_started": "the time limit of {about} does not run: the message{on} lacked {detail}",
    "forbidden_act": "`{detail}`{on} was forbidden by {about}",
    "may_be_forbidden": "whether `{detail}`{on} was forbidden by {about} cannot be told",
    "same_person": "`{detail}`{on} does not count for {about}: it takes another person",
    "conflict_of_duties": "{about} is to be done by an act that {detail} forbids: both stand, and a person must decide",
    "offer_above_authority": "the offer `{about}`{on} is above what the tier {detail} may offer",
    "offer_without_approval": "the offer{on} lacks the approval `{about}` of {detail}",
    "unknown_remedy": "the offer `{about}`{on} names `{detail}`, a remedy that this policy does not know",
}
"""A sentence for every kind: what it is `about`, its `detail`, and ` on` or ` by` its moment where it has one."""


def finding_in_words(finding: Finding, zone: Zone) -> str:
    """The sentence of a finding, its moment in `zone`."""
    at = moment_in_words(zone, finding.at) if finding.at is not None else ""
    on, by = (f" on {at}", f" by {at}") if at else ("", "")
    detail = finding.detail.replace("_", " ") if finding.kind == "offer_without_approval" else finding.detail
    return SENTENCES[finding.kind].format(about=finding.about, detail=detail, on=on, by=by)
