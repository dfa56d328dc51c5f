"""How long one request is tried for, and how long to wait between two tries."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from core.errors import EngineFailed
from engine.remote.faults import Unavailable

FIRST_SECONDS, MOST_SECONDS = 0.25, 8.0
SPREAD = 0.5
"""share of a pause that is left to chance, so that those who failed together do not all come back together"""


class Patience:
    """Of one request: pauses double, and all tries together end after `seconds`."""

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._end, self._clock, self._chance = clock() + seconds, clock, chance
        self._seconds = seconds
        self._pauses = 0

    @property
    def left(self) -> float:
        """Seconds; not below 0."""
        return max(0.0, self._end - self._clock())

    def pause(self, fault: Unavailable) -> float:
        """Seconds to wait after `fault`, those that the server told and a little more, or the next of our own.

        Raises `EngineFailed` where the next try would come too late.
        """
        own = min(MOST_SECONDS, FIRST_SECONDS * 2.0**self._pauses)
        self._pauses += 1
        base = own if fault.after is None else max(fault.after, own)
        told = f", and asks to wait {fault.after:.0f} s" if fault.after else ""
        pause = base - own * SPREAD * self._chance() if fault.after is None else base + own * SPREAD * self._chance()
        if pause >= self.left:
            raise EngineFailed(f"{fault}{told}; given up, for HAWKER_REMOTE_TIMEOUT is {self._seconds:g} s")
        return pause
