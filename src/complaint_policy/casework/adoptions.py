"""Which policy the cases of a store go by: the one that was put to use last, kept in the store with all before it."""

from __future__ import annotations

from complaint_policy.bulk.reading import given_facts
from complaint_policy.case_reader.reading import CaseReader, case_reader
from complaint_policy.casework.actors import Actor
from complaint_policy.casework.retention import Retaining, prepare_retention
from complaint_policy.diagnostics import Diagnostic, PolicyError
from complaint_policy.evaluation.engine import Engine, prepare
from complaint_policy.policy.bundle import load
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.stores.errors import NotAdopted
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Adoption


class LoadedPolicy(NamedTuple):
    """A policy of a store, ready to read cases and to evaluate them.

    `strict` refuses every name that the policy does not know: what is entered now is read by it. `lenient` leaves such
    names out with a note (semantics 67): so the history of a case is read that was begun under an earlier policy.
    `retention` finds how long a case is kept.
    """

    digest: str
    policy: Policy
    engine: Engine
    strict: CaseReader
    lenient: CaseReader
    retention: Retaining


def loaded_policy(bundle: bytes) -> LoadedPolicy:
    """The policy of a bundle, made ready. Raises `PolicyError` for a bundle that this release cannot read."""
    policy = load(bundle)
    if isinstance(policy, Diagnostic):
        raise PolicyError([policy])
    facts, engine = given_facts(policy), prepare(policy)
    return LoadedPolicy(
        policy.digest,
        policy,
        engine,
        case_reader(facts, policy.events),
        case_reader(facts, policy.events, undeclared_is_note=True),
        prepare_retention(engine),
    )


def adopt(store: CaseStore, bundle: bytes, actor: Actor, now: int) -> Adoption:
    """Puts the policy of a bundle to use from `now` on (UTC seconds): new cases go by it, and open ones are looked at.

    What the policy itself says of open cases (`open_cases`) holds for them. A policy that is in use already is left as
    it is, so that this may be repeated. Raises `PolicyError` for a bundle that cannot be read.
    """
    policy = load(bundle)
    if isinstance(policy, Diagnostic):
        raise PolicyError([policy])
    before = store.adoptions(policy.id)
    if before and before[-1].bundle == policy.digest:
        return before[-1]
    store.keep_bundle(policy.digest, bundle)
    return store.adopt(Adoption(0, policy.id, policy.digest, now, actor.name, actor.role))


def adopted(store: CaseStore, policy_id: str) -> Adoption:
    """The adoption that holds for the cases of a policy: the last one. Raises `NotAdopted`."""
    found = store.adoptions(policy_id)
    if not found:
        raise NotAdopted(policy_id, {one.policy for one in store.adoptions()})
    return found[-1]


class Policies:
    """The policies of a store by the digest of their bundles, each made ready once."""

    __slots__ = ("_loaded", "_store")

    def __init__(self, store: CaseStore) -> None:
        self._store = store
        self._loaded: dict[str, LoadedPolicy] = {}

    def of(self, digest: str) -> LoadedPolicy:
        """The policy of that digest. Raises `UnknownBundle`, and `PolicyError` if this release cannot read it."""
        if digest not in self._loaded:
            self._loaded[digest] = loaded_policy(self._store.bundle(digest))
        return self._loaded[digest]

    def in_use(self, policy_id: str) -> LoadedPolicy:
        """The policy that the cases of this id go by now. Raises as `adopted` and `of` do."""
        return self.of(adopted(self._store, policy_id).bundle)
