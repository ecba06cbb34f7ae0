"""The notice board keeps the contract of every channel, and says which of its settings are wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.channels import NotificationChannel, WrongSettings
from complaint_policy.testing import Arrived, ChannelContract
from complaint_policy_example.notice_board import notice_board


class TestNoticeBoard(ChannelContract):
    @pytest.fixture
    def channel(self, tmp_path: Path) -> NotificationChannel:
        return notice_board({"folder": str(tmp_path)})

    @pytest.fixture
    def unreachable(self, tmp_path: Path) -> NotificationChannel:
        return notice_board({"folder": str(tmp_path / "not there")})

    @pytest.fixture
    def recipient(self) -> str:
        return "the handlers of the desk"

    @pytest.fixture
    def arrived(self, tmp_path: Path) -> Callable[[], list[Arrived]]:
        return lambda: [read(path) for path in tmp_path.glob("*.txt")]


def read(path: Path) -> Arrived:
    """What hangs on the board."""
    head, _, text = path.read_text("utf-8").partition("\n\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    return Arrived(said["Key"], said["For"], said["Subject"], text)


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({}, {"folder"}),
        ({"folder": 7}, {"folder"}),
        ({"folder": "a", "colour": "red"}, {"colour"}),
        ({"x": 1}, {"folder", "x"}),
    ],
)
def test_every_wrong_setting_is_named(settings: Any, wrong: set[str]) -> None:
    with pytest.raises(WrongSettings) as told:
        notice_board(settings)
    assert {*told.value.problems} == wrong
