"""What every store of cases must do, as tests that the author of a store runs on it."""

from __future__ import annotations

from complaint_policy.testing.store_adoptions import AdoptionContract
from complaint_policy.testing.store_claims import ClaimContract
from complaint_policy.testing.store_commits import CommitContract
from complaint_policy.testing.store_log import LogContract
from complaint_policy.testing.store_moving import MovingContract
from complaint_policy.testing.store_reading import ReadingContract


class CaseStoreContract(CommitContract, ReadingContract, ClaimContract, LogContract, AdoptionContract, MovingContract):
    """Subclass it in a test module, and give it the fixture `open_store`.

    `open_store` is a function without arguments. Each call opens the store at the same place, which is empty before
    the first call of each test and is kept while the test closes and opens it again. A store in memory gives the same
    object each time. The tests close what they open.
    """
