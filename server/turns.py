"""The chat turns of this process: what was told of each so far, and whether anybody still listens.

A turn that was answered is told again from the store, by any process; only of one that failed are the events kept here
for a while, for nothing of it is stored.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import AsyncGenerator

import anyio

from core.stopping import StopSign
from server.chat_events import ChatEvent, Status, Telling, numbered

KEPT_SECONDS = 60.0
MOST_KEPT = 256
"""turns that failed"""


class LiveTurn:
    """One turn on its way, touched on the event loop alone. When its last listener leaves before the end, it is asked
    to stop."""

    def __init__(self, turn: str, of_customer: bool, stop: StopSign) -> None:
        """`of_customer`: whether it is about an identified customer, which is not for visitors."""
        self.id, self.of_customer, self.stop = turn, of_customer, stop
        self._events: list[ChatEvent] = []
        self._news = anyio.Event()
        self._listeners = 0
        self.tell(Status(turn=turn, stage="waiting"))

    @property
    def failed(self) -> bool:
        return self._events[-1].event == "error"

    @property
    def ended(self) -> bool:
        return self.failed or self._events[-1].event == "done"

    def tell(self, *tellings: Telling) -> None:
        """Add events, and wake those who listen."""
        for telling in tellings:
            self._events.append(numbered(self.id, len(self._events) + 1, telling))
        self._news.set()
        self._news = anyio.Event()

    def has_more(self, after: int) -> bool:
        """Whether there are events behind number `after`, or may be."""
        return not self.ended or after < len(self._events)

    async def listen(self, after: int = 0) -> AsyncGenerator[ChatEvent, None]:
        """The events behind number `after`, as they come, to the end of the turn."""
        self._listeners += 1
        try:
            while True:
                for event in self._events[after:]:
                    yield event
                    after += 1
                if not self.has_more(after):
                    return
                if after >= len(self._events):
                    await self._news.wait()
        finally:
            self._listeners -= 1
            if not self._listeners and not self.ended:
                self.stop.show()


class Turns:
    """Those that run, and for a minute those that failed."""

    def __init__(self) -> None:
        self._running: dict[str, LiveTurn] = {}
        self._failed: OrderedDict[str, tuple[float, LiveTurn]] = OrderedDict()

    def begin(self, turn: LiveTurn) -> None:
        self._running[turn.id] = turn

    def end(self, turn: LiveTurn) -> None:
        """It has told everything."""
        del self._running[turn.id]
        if turn.failed:
            self._failed[turn.id] = (time.monotonic() + KEPT_SECONDS, turn)
        self._forget_old()

    def find(self, turn: str) -> LiveTurn | None:
        self._forget_old()
        kept = self._failed.get(turn)
        return kept[1] if kept else self._running.get(turn)

    def _forget_old(self) -> None:
        now = time.monotonic()
        while self._failed and (len(self._failed) > MOST_KEPT or next(iter(self._failed.values()))[0] < now):
            self._failed.popitem(last=False)
