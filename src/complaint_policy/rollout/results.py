"""What came of the examples of one file."""

from __future__ import annotations

from complaint_policy.evaluation.view import Engine
from complaint_policy.records import dataclass
from complaint_policy.rollout.examples import Wrong
from complaint_policy.rollout.running import Ran


@dataclass(frozen=True, slots=True)
class FileResults:
    """The examples of a file that were run, and those that cannot be; `engine` is None where there is no policy."""

    file: str
    engine: Engine | None
    ran: tuple[Ran, ...]
    wrong: tuple[Wrong, ...]

    @property
    def number(self) -> int:
        """How many examples there are."""
        return len(self.ran) + len(self.wrong)

    @property
    def passed(self) -> int:
        """How many came out as expected."""
        return sum(one.passed for one in self.ran)
