"""Asks Request Tracker and says in words what went wrong, so that whoever reads it knows whether waiting helps."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import httpx2
from rt import exceptions
from rt.rest2 import Rt

from complaint_policy.hookspecs import TicketingUnavailable, UnknownTicket
from complaint_policy_request_tracker.settings import Settings

PAGE = 100
"""Lines of a list that are asked for at once; RT gives no more."""

Json = dict[str, Any]


class Listed(NamedTuple):
    """A page of a list; `total` is None where Request Tracker does not tell. `now`: its clock, UTC seconds."""

    items: list[Json]
    total: int | None
    now: int | None


def connected(settings: Settings) -> Rt:
    """The connection of the library `rt`; nothing is sent yet."""
    auth = None if settings.token else httpx2.BasicAuth(settings.user, settings.password)
    tracker = Rt(
        settings.url,
        verify_cert=settings.ca_file or True,
        http_auth=auth,
        token=settings.token or None,
        http_timeout=settings.timeout,
    )
    # below this level the library writes the token or the password, and what stands in tickets, into the log
    tracker.logger.setLevel(logging.INFO)
    return tracker


@contextmanager
def in_words(url: str, ticket: str = "") -> Iterator[None]:
    """Turns whatever Request Tracker, the network or the library says into the errors of ticket systems."""
    try:
        yield
    except exceptions.NotFoundError as error:
        if not ticket:
            raise unavailable(url, "there is no such page: is the URL right, and is it RT 5?", again=False) from error
        raise UnknownTicket(f"there is no ticket `{ticket}`, or it may not be seen") from error
    except exceptions.AuthorizationError as error:
        raise unavailable(url, "it refuses the token or the password", again=False) from error
    except exceptions.BadRequestError as error:
        raise unavailable(url, f"it refuses what it was asked: {_short(error)}", again=False) from error
    except exceptions.UnexpectedResponseError as error:
        raise _by_status(url, error.status_code, str(error)) from error
    except (ConnectionError, httpx2.HTTPError) as error:
        raise unavailable(url, f"it cannot be reached: {_cause(error)}", again=True) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        # the library takes answers apart as they come: what is no JSON, or JSON of another shape, ends in one of these
        raise unavailable(url, "its answer cannot be understood: is the URL right?", again=False) from error


def listed(tracker: Rt, path: str, parameters: Mapping[str, Any]) -> Listed:
    """One page of a list (`tickets`, `ticket/7/history`), with the fields that are asked for."""
    response = tracker.session.get(f"{tracker.url}{path}", params={**parameters, "per_page": PAGE})
    if response.status_code == 404:
        raise exceptions.NotFoundError("not found")
    if response.status_code == 401:
        raise exceptions.AuthorizationError("not authorized")
    if response.status_code != 200:
        raise _by_status(tracker.url, response.status_code, response.text)
    answer = response.json()
    items, total = answer["items"], answer["total"]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise TypeError("a list of other things")
    return Listed(items, None if total is None else int(total), _clock(response.headers.get("Date", "")))


def unavailable(url: str, why: str, *, again: bool) -> TicketingUnavailable:
    """The error that names the Request Tracker, without anything secret: its URL holds none."""
    return TicketingUnavailable(f"Request Tracker at `{url}`: {why}", again=again)


def _by_status(url: str, status: int | None, said: str) -> TicketingUnavailable:
    """What a status of HTTP other than success means for those who wait."""
    if status is None:
        return unavailable(url, f"its answer cannot be understood: {_short(said)}", again=False)
    if status == 400:
        return unavailable(url, f"it refuses what it was asked: {_short(said)}", again=False)
    if status == 403:
        return unavailable(url, "the account may not do this", again=False)
    if 300 <= status < 400:
        return unavailable(url, "it sends elsewhere: is the URL right?", again=False)
    again = status >= 500 or status in (408, 425, 429)
    return unavailable(url, f"it answers with status {status}", again=again)


def _cause(error: Exception) -> str:
    """What the network said, on one line; the library hides it in the second argument."""
    cause = error if isinstance(error, httpx2.HTTPError) else error.__cause__
    if isinstance(cause, httpx2.TimeoutException):
        return "it did not answer in time"
    return _short(cause) or type(cause).__name__


def _short(said: object) -> str:
    return " ".join(str(said).split())[:200]


def _clock(header: str) -> int | None:
    """The moment at which Request Tracker answered, by its own clock; None if it does not say."""
    try:
        return int(parsedate_to_datetime(header).timestamp())
    except (TypeError, ValueError):
        return None
