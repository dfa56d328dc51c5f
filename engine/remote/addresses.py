"""Several servers that serve the same: asked in turn, and one that failed is passed over for a while."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence

REST_SECONDS = 5.0


class Addresses:
    """Their base addresses, at least one. Used from one thread."""

    def __init__(self, urls: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._urls, self._clock = tuple(urls), clock
        self._turns = itertools.count()
        self._resting: dict[str, float] = {}
        """address -> until when"""

    def next(self) -> str:
        """The next in turn that does not rest; the next of all where all do."""
        living = self._living() or self._urls
        return living[next(self._turns) % len(living)]

    def failed(self, url: str) -> bool:
        """Let it rest. Whether another is there to be asked at once."""
        self._resting[url] = self._clock() + REST_SECONDS
        return bool(self._living())

    def _living(self) -> tuple[str, ...]:
        now = self._clock()
        return tuple(url for url in self._urls if self._resting.get(url, now) <= now)
