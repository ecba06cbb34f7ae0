"""A notice as canonical JSON, for receivers that are programs."""

from __future__ import annotations

import json

from complaint_policy.calendars.data import Zone
from complaint_policy.channels import Notice
from complaint_policy.default_plugins.mail import on_one_line, storable
from complaint_policy.reports.local_time import iso_moment

SCHEMA = "complaint-policy/notice/1"


def json_of(notice: Notice) -> bytes:
    """One line; `data` is what the notice was made from."""
    held = {
        "schema": SCHEMA,
        "key": on_one_line(notice.key),
        "case": on_one_line(notice.case_id),
        "kind": on_one_line(notice.kind),
        "recipient": storable(notice.recipient),
        "made_at": iso_moment(Zone("UTC", (), (0,)), notice.made_at),
        "language": on_one_line(notice.language),
        "subject": on_one_line(notice.subject),
        "text": storable(notice.text),
        "html": storable(notice.html),
        "data": json.loads(notice.data),
    }
    text = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"
