"""What a caller may still use: requests by the minute, counted in this process, and tokens by the day, in the store.

A request is let in while a token is left and may then take more than that: what it will write is not known before.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from server.callers import Caller
from server.refusals import OverBudget
from store.token_use import TokenUseBook

MINUTE, DAY = 60, 86_400


@dataclass(frozen=True, slots=True)
class Budget:
    """One quota: how much of it is left, and after how many seconds there is more."""

    name: str
    quota: int
    window_seconds: int
    left: int
    more_in_seconds: int


class Budgets:
    """Thread-safe; one for each server process."""

    def __init__(self) -> None:
        self._minutes = SlidingWindowCounterRateLimiter(MemoryStorage())

    def spend_request(self, caller: Caller) -> tuple[Budget, ...]:
        """Count one request. Raises `OverBudget` where it is one too many."""
        if caller.limits is None or caller.payer is None:
            return ()
        quota = RateLimitItemPerMinute(caller.limits.requests_per_minute)
        allowed = self._minutes.hit(quota, caller.payer)
        window = self._minutes.get_window_stats(quota, caller.payer)
        wait = max(1, math.ceil(window.reset_time - time.time()))
        if not allowed:
            raise OverBudget("requests in a minute", quota.amount, wait)
        return (Budget("requests", quota.amount, MINUTE, window.remaining, wait),)

    def tokens(self, caller: Caller, used: TokenUseBook) -> tuple[Budget, ...]:
        """What is left of today's tokens. Raises `OverBudget` where nothing is."""
        if caller.limits is None or caller.payer is None:
            return ()
        quota, wait = caller.limits.tokens_per_day, _seconds_to_midnight()
        left = quota - used.today(caller.payer)
        if left <= 0:
            raise OverBudget("tokens in a day", quota, wait)
        return (Budget("tokens", quota, DAY, left, wait),)


def budget_headers(budgets: Iterable[Budget]) -> dict[str, str]:
    """Fields of draft-ietf-httpapi-ratelimit-headers-10; none where nothing is limited."""
    shown = list(budgets)
    if not shown:
        return {}
    return {
        "RateLimit-Policy": ", ".join(f'"{one.name}";q={one.quota};w={one.window_seconds}' for one in shown),
        "RateLimit": ", ".join(f'"{one.name}";r={one.left};t={one.more_in_seconds}' for one in shown),
    }


def _seconds_to_midnight() -> int:
    now = datetime.now(UTC)
    return DAY - (now.hour * 3600 + now.minute * 60 + now.second)
