"""What the door says to those whom it does not let in. None of these repeats a secret."""

from __future__ import annotations

import random
from collections.abc import Sequence

from core.access import Scope
from core.errors import HawkerError, UserError

SOONEST_SECONDS, LATEST_SECONDS = 2, 6
"""after which a request that found no place is asked to come again"""


class NoKey(UserError):
    """No key, or none of ours: HTTP 401."""

    http_status = 401
    code = "invalid_api_key"

    def __init__(self, shown: bool) -> None:
        value = "a key that opens nothing" if shown else "no key"
        super().__init__("Authorization", value, "Bearer and an API key", "make one: hawker keys create")


class LacksScope(UserError):
    """A good key that was made for something else: HTTP 403."""

    http_status = 403

    def __init__(self, scopes: frozenset[Scope], needed: Scope) -> None:
        had = ", ".join(sorted(scopes)) or "none"
        super().__init__("scope", had, needed, f"make a key with --scope {needed}")


class OnlyFromHere(UserError):
    """The open door was found from elsewhere: HTTP 403."""

    http_status = 403

    def __init__(self, field: str, value: str) -> None:
        fix = "make an API key to serve others: hawker keys create"
        super().__init__(field, value, "this machine itself, while no API key was made", fix)


class NoRoute(UserError):
    """Nothing is served there: HTTP 404."""

    http_status = 404

    def __init__(self, method: str, path: str) -> None:
        super().__init__("route", f"{method} {path}", "one that is served", "see /docs")


class NotThisMethod(UserError):
    """Something is served there, but not so: HTTP 405."""

    http_status = 405

    def __init__(self, method: str, path: str, allowed: Sequence[str]) -> None:
        super().__init__("method", f"{method} {path}", " or ".join(allowed), "see /docs")
        self.allowed = ", ".join(allowed)


class TooLong(UserError):
    """A body of more bytes than the settings allow: HTTP 413."""

    http_status = 413

    def __init__(self, length: int, limit: int) -> None:
        super().__init__("body", f"{length} bytes", f"at most {limit}", "send less, or raise max_body_bytes")


class ComeAgain(HawkerError):
    """Not now, but after `wait_seconds`: HTTP 429 with Retry-After."""

    http_status = 429
    code = "rate_limit_exceeded"

    def __init__(self, message: str, wait_seconds: int) -> None:
        super().__init__(f"{message}; try again in {wait_seconds} s")
        self.wait_seconds = wait_seconds


class OverBudget(ComeAgain):
    """Too many requests in a minute, or too many tokens in a day."""

    def __init__(self, what: str, quota: int, wait_seconds: int) -> None:
        super().__init__(f"{what}: all {quota} are spent", wait_seconds)


class Overloaded(ComeAgain):
    """As many requests are being answered, or wait for it, as the settings allow."""

    def __init__(self, places: int) -> None:
        # Whoever is sent away together does not come back together.
        super().__init__(f"all {places} places are taken", random.randint(SOONEST_SECONDS, LATEST_SECONDS))


class NotInTime(HawkerError):
    """A chat whose time was up before a thread was free for it: told as an event."""

    http_status = 503

    def __init__(self, seconds: float) -> None:
        super().__init__(f"nobody was free within the {seconds:g} s that a question may take; ask again in a moment")


class LeftEarly(HawkerError):
    """A chat whose connection was lost while it waited for a thread: told as an event to whoever comes back for it."""

    http_status = 503

    def __init__(self) -> None:
        super().__init__("the connection was lost before the question was looked at; ask again")
