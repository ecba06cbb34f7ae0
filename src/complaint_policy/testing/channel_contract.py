"""What every channel of notification must do, as tests that the author of a channel runs on it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest

from complaint_policy.channels import NotDelivered, Notice, NotificationChannel
from complaint_policy.records import replace
from complaint_policy.testing.written import NOW

INJECTED = "Reminder\r\nBcc: everybody@example.org\r\n\r\nand a body"
"""A subject that would end its header and begin others."""


class Arrived(NamedTuple):
    """What a receiver got: the key that came with it, for whom, and what it says."""

    key: str
    recipient: str
    subject: str
    text: str


class ChannelContract:
    """Subclass it in a test module, and give it the fixtures `channel`, `recipient` and `arrived`.

    `channel`: one that works. `recipient`: somebody whom it reaches. `arrived`: a function that gives everything that
    the receiver has got so far, in any order. `unreachable`: a channel like it whose receiver cannot be reached; a
    channel that reaches nobody beyond this machine gives one that cannot write. Test it against a real receiver: a
    server that the tests start, a folder.
    """

    @pytest.fixture
    def channel(self) -> NotificationChannel:
        """To be given by the author."""
        raise NotImplementedError("give the contract the fixture `channel`")

    @pytest.fixture
    def unreachable(self) -> NotificationChannel:
        """To be given by the author."""
        raise NotImplementedError("give the contract the fixture `unreachable`")

    @pytest.fixture
    def recipient(self) -> str:
        """To be given by the author."""
        raise NotImplementedError("give the contract the fixture `recipient`")

    @pytest.fixture
    def arrived(self) -> Callable[[], list[Arrived]]:
        """To be given by the author."""
        raise NotImplementedError("give the contract the fixture `arrived`")

    @pytest.fixture
    def notice(self, recipient: str) -> Notice:
        """A notice as the dispatcher makes one."""
        return Notice("key-1", "C-1", "warning", recipient, "An answer is due", "C-1: an answer is due\n", NOW)

    def test_a_notice_arrives_with_its_key_and_its_words(
        self, channel: NotificationChannel, notice: Notice, arrived: Callable[[], list[Arrived]]
    ) -> None:
        assert channel.problem_with(notice.recipient) == ""
        assert isinstance(channel.deliver(notice, NOW), str)
        (got,) = arrived()
        assert (got.key, got.recipient, got.subject) == ("key-1", notice.recipient, "An answer is due")
        assert got.text.strip() == notice.text.strip()

    @pytest.mark.parametrize("words", ["Grüße, žluťoučký kůň", "日本語の苦情", "🏦 ½ — “quoted”", "x" * 5000])
    def test_every_letter_arrives(
        self, channel: NotificationChannel, notice: Notice, arrived: Callable[[], list[Arrived]], words: str
    ) -> None:
        channel.deliver(replace(notice, subject=words[:100], text=f"{words}\nsecond line"), NOW)
        (got,) = arrived()
        assert got.subject == words[:100]
        assert [*got.text.strip().splitlines()] == [words, "second line"]

    def test_a_notice_that_is_sent_again_has_the_same_key(
        self, channel: NotificationChannel, notice: Notice, arrived: Callable[[], list[Arrived]]
    ) -> None:
        channel.deliver(notice, NOW)
        channel.deliver(notice, NOW + 60)
        channel.deliver(replace(notice, key="key-2"), NOW + 60)
        assert {one.key for one in arrived()} == {"key-1", "key-2"}

    @pytest.mark.parametrize("broken", ["", " ", "{0}\r\nBcc: x@example.org", "{0}\nx", "{0}\0", "\r\n{0}"])
    def test_a_recipient_who_cannot_be_meant_is_refused_before_anything_is_sent(
        self, channel: NotificationChannel, notice: Notice, arrived: Callable[[], list[Arrived]], broken: str
    ) -> None:
        recipient = broken.format(notice.recipient)
        assert channel.problem_with(recipient)
        with pytest.raises(NotDelivered) as told:
            channel.deliver(replace(notice, recipient=recipient), NOW)
        assert not told.value.again, "no later attempt can help"
        assert str(told.value)
        assert arrived() == []

    @pytest.mark.parametrize("field", ["subject", "case_id", "kind", "language", "key"])
    def test_no_text_ends_what_it_stands_in(
        self, channel: NotificationChannel, notice: Notice, arrived: Callable[[], list[Arrived]], field: str
    ) -> None:
        changed: dict[str, Any] = {field: INJECTED}
        refused = None
        try:
            channel.deliver(replace(notice, **changed), NOW)
        except NotDelivered as told:
            refused = told
        got = arrived()
        assert len(got) == (1 if refused is None else 0)
        assert refused is None or not refused.again
        assert not [one for one in got if one.recipient != notice.recipient or one.text.strip() != notice.text.strip()]
        assert not [one for one in got if {"\r", "\n"} & {*one.subject, *one.key}]

    def test_a_receiver_out_of_reach_is_told_within_a_time(
        self, unreachable: NotificationChannel, notice: Notice, arrived: Callable[[], list[Arrived]]
    ) -> None:
        with pytest.raises(NotDelivered) as told:
            unreachable.deliver(notice, NOW)
        assert told.value.again, "a receiver may be there again later"
        assert notice.text.strip() not in str(told.value), "what a notice says does not belong in a log"

    def test_many_threads_deliver_by_one_channel(
        self, channel: NotificationChannel, notice: Notice, arrived: Callable[[], list[Arrived]]
    ) -> None:
        notices = [replace(notice, key=f"key-{number}", text=f"number {number}") for number in range(12)]
        with ThreadPoolExecutor(4) as pool:
            assert len([*pool.map(lambda one: channel.deliver(one, NOW), notices)]) == len(notices)
        got = {one.key: one.text.strip() for one in arrived()}
        assert got == {one.key: one.text for one in notices}
