"""Telling work that is under way that nobody waits for it any more, or that its time is up.

Whoever ordered the work holds the sign and shows it, from whatever thread; whoever does it looks now and then, or is
woken. It stops nothing by itself.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class StopSign:
    """Shown once, for good. Thread-safe; one for each piece of work."""

    def __init__(self, seconds: float = math.inf) -> None:
        """`seconds` from now it counts as shown by itself."""
        self._deadline = time.monotonic() + seconds
        self._given_up = False
        self._sleepers: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    @property
    def shown(self) -> bool:
        return self._given_up or self.seconds_left == 0.0

    @property
    def seconds_left(self) -> float:
        """Until it counts as shown by itself; 0 once it is over."""
        return max(0.0, self._deadline - time.monotonic())

    def show(self) -> None:
        """End the work, and wake those who wait within it."""
        with self._lock:
            self._given_up = True
            sleepers = list(self._sleepers)
        for wake in sleepers:
            wake()

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """Within, `wake` is called when the sign is shown, at once where it was already. Time alone wakes nobody."""
        with self._lock:
            self._sleepers.append(wake)
            missed = self._given_up
        if missed:
            wake()
        try:
            yield
        finally:
            with self._lock:
                self._sleepers.remove(wake)
