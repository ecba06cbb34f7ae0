"""What a store can refuse, each said so that whoever reads it knows what to do."""

from __future__ import annotations

from collections.abc import Iterable

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic, nearest

WRONG_URL = Code(
    "CP806",
    "a store that cannot be meant",
    "A store is named by a URL. What stands before the colon says which kind of store it is; a plugin may bring more "
    "kinds than the program does.",
)
UNAVAILABLE = Code(
    "CP807",
    "a store that cannot be used now",
    "The database is locked, read-only, full, damaged or cannot be reached. Nothing of what was asked was stored, and "
    "nothing that was stored before is lost.",
)
TOO_NEW = Code(
    "CP808",
    "a store of a newer release",
    "A newer release has changed the form of this store. An older one leaves it alone, since it could only damage it.",
)
NO_STORE = Code(
    "CP809",
    "a store that is not there",
    "Only commands that add cases make a store. All others say so, since a store that is not there is mostly a URL "
    "with a slip of the pen.",
)
CONFLICT = Code(
    "CP810",
    "a case that somebody else has changed",
    "What is stored was decided from a history that was read first. If another has added to the case in the meantime, "
    "nothing is stored: the case is to be read again.",
)
UNKNOWN_CASE = Code("CP811", "a case that is not in the store", "No case has been opened under this reference.")
DUPLICATE = Code(
    "CP812",
    "something that is in the store already",
    "A case is opened once, a transition of a duty is announced once, and a message is queued once.",
)
UNKNOWN_BUNDLE = Code(
    "CP813",
    "a policy that is not in the store",
    "A decision names the policy it was made with, which must be in the store, so that it can be made again.",
)
UNSTORABLE = Code(
    "CP814",
    "what no store can keep",
    "Texts hold no null characters and no halves of characters, references have at most 500 characters, and moments "
    "are seconds in 64 bits.",
)
NOT_EMPTY = Code(
    "CP815",
    "an import into a store that is in use",
    "An export is a whole store, with one log without gaps. It becomes a store of its own and is never mixed with "
    "another.",
)
WRONG_EXPORT = Code(
    "CP816",
    "an export that is damaged",
    "An export of a store is checked line by line: its order, what it refers to, and the chain of its log. If anything "
    "does not fit, nothing is imported, since nobody could say what else is missing.",
)


NOT_ADOPTED = Code(
    "CP820",
    "a policy that is not in use",
    "A case goes by a policy that the store knows to be in use. `complaint-policy policy adopt` checks a policy, keeps "
    "it in the store for ever, and puts it to use.",
)


class StoreError(Exception):
    """What a store refuses. Nothing of the commit or the claim has happened."""

    code: Code = UNAVAILABLE
    help: str = ""

    def told(self) -> Diagnostic:
        """As the command line shows it."""
        return diagnostic(self.code, str(self), None, self.help)


class WrongUrl(StoreError):
    """The URL names no store."""

    code = WRONG_URL

    def __init__(self, url: str, why: str, help: str = "write a URL such as `sqlite:///cases.db`") -> None:
        super().__init__(f"`{masked(url)}` names no store: {why}")
        self.help = help


class StoreUnavailable(StoreError):
    """The store cannot be used now. `again`: whether the very same may succeed later without anybody's doing."""

    def __init__(self, url: str, why: str, *, again: bool, help: str = "") -> None:
        super().__init__(f"the store `{masked(url)}` cannot be used: {why}")
        self.again = again
        self.help = help or ("try again" if again else "")


class StoreTooNew(StoreError):
    """The store has been migrated by a newer release: to `found`, while this one knows `known`."""

    code = TOO_NEW

    def __init__(self, url: str, found: int, known: int) -> None:
        super().__init__(f"the store `{masked(url)}` has form {found}, and this release knows {known}")
        self.found = found
        self.known = known
        self.help = "use the release that has changed it, or a newer one"


class NoStore(StoreError):
    """There is no store, and it was not to be made."""

    code = NO_STORE

    def __init__(self, url: str) -> None:
        super().__init__(f"there is no store `{masked(url)}`")
        self.help = "see whether the URL is right; `policy adopt` and `case import` make a store"


class Conflict(StoreError):
    """Another has changed the case: its revision is `found`, and the change was made from `expected`."""

    code = CONFLICT

    def __init__(self, case_id: str, expected: int, found: int) -> None:
        super().__init__(f"the case `{case_id}` has been changed by somebody else since it was read")
        self.case_id = case_id
        self.expected = expected
        self.found = found
        self.help = "read it again and repeat what is still to be done"


class UnknownCase(StoreError):
    """There is no such case."""

    code = UNKNOWN_CASE

    def __init__(self, case_id: str) -> None:
        super().__init__(f"there is no case `{case_id}`")
        self.case_id = case_id
        self.help = "`case list` shows those there are"


class Duplicate(StoreError):
    """What is there once for ever is there already. `what`: `case`, `announcement` or `message`."""

    code = DUPLICATE

    def __init__(self, what: str, key: str) -> None:
        super().__init__(f"there is a{'n' if what[0] in 'aeiou' else ''} {what} `{key}` already")
        self.what = what
        self.key = key
        self.help = f"`case show {key}` tells it" if what == "case" else ""


class UnknownBundle(StoreError):
    """The policy is not kept in this store."""

    code = UNKNOWN_BUNDLE

    def __init__(self, digest: str) -> None:
        super().__init__(f"the policy with the digest `{digest}` is not in the store")
        self.digest = digest


class NotAdopted(StoreError):
    """No policy of that id has been put to use in this store; without an id, none at all has."""

    code = NOT_ADOPTED

    def __init__(self, policy: str, in_use: Iterable[str] = ()) -> None:
        names = sorted(in_use)
        near = nearest(policy, names)
        super().__init__(f"no policy `{policy}` is in use here" if policy else "no policy is in use here")
        self.policy = policy
        listed = ", ".join(f"`{name}`" for name in names)
        self.help = (
            f"did you mean `{near}`?"
            if near
            else f"in use {'are' if len(names) > 1 else 'is'} {listed}"
            if names
            else "put one to use: `complaint-policy policy adopt POLICY`"
        )


class Unstorable(StoreError):
    """A value that not every store could keep, so that none does."""

    code = UNSTORABLE

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"`{field}` cannot be stored: {why}")
        self.field = field


class NotEmpty(StoreError):
    """What is imported becomes a store of its own."""

    code = NOT_EMPTY

    def __init__(self) -> None:
        super().__init__("the store holds something already, and an import makes a whole store")
        self.help = "import into a store that is not there yet"


class WrongExport(StoreError):
    """The lines of an export do not fit together; `line` counts from 1."""

    code = WRONG_EXPORT

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line} of the export: {why}")
        self.line = line
        self.help = "take the export again, or an older one; nothing was imported"


def scheme_of(url: str, known: Iterable[str]) -> str:
    """The kind of store that the URL names: what stands before its colon. Raises `WrongUrl` if it is none of these."""
    names = sorted(known)
    scheme, colon, _ = url.partition(":")
    if colon and scheme in names:
        return scheme
    listed = ", ".join(f"`{name}`" for name in names)
    if not colon:
        raise WrongUrl(url, "it has no scheme", f"begin it with one of {listed}, such as `sqlite:///cases.db`")
    near = nearest(scheme, names)
    meant = f"did you mean `{near}`? " if near else ""
    raise WrongUrl(url, f"there is no store `{scheme}`", f"{meant}there are {listed}; plugins bring others")


def masked(url: str) -> str:
    """The URL without its password, which no message and no log shows."""
    before, found, after = url.partition("://")
    account, at, rest = after.rpartition("@")
    if not found or not at:
        return url
    return f"{before}://{account.partition(':')[0]}{':***' if ':' in account else ''}@{rest}"
