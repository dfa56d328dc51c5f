"""Any runtime, with chats before batches and an end to what takes too long. `engine.lanes` decides who runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from core.errors import HawkerError
from engine.lanes import Lanes
from engine.runtime import PAST_DEADLINE, Runtime, TokenEvent, TokenRequest


class LanedRuntime:
    """See `engine.runtime.Runtime`. What cannot be run is told by an event instead of by `add`, for it runs later."""

    def __init__(
        self, runtime: Runtime, lanes: Lanes | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._runtime, self._lanes, self._clock = runtime, lanes or Lanes(), clock
        self._deadlines: dict[str, float] = {}  # of the clock's seconds

    @property
    def context_tokens(self) -> int:
        return self._runtime.context_tokens

    @property
    def busy(self) -> bool:
        return self._lanes.waiting or self._runtime.busy

    def add(self, request: TokenRequest) -> None:
        if request.deadline_seconds is not None:
            self._deadlines[request.id] = self._clock() + request.deadline_seconds
        self._lanes.add(request)

    def step(self) -> Sequence[TokenEvent]:
        """Who is late goes, who is too many is taken back, who may run is put in; then the runtime does its step."""
        events = self._expired()
        for request_id in self._lanes.surplus():
            self._runtime.drop(request_id)
        events += self._admitted()
        for event in self._runtime.step():
            self._lanes.note(event.id, list(event.tokens))
            if event.finish:
                self._forget(event.id)
            events.append(event)
        return events

    def drop(self, request_id: str) -> None:
        if self._forget(request_id):
            self._runtime.drop(request_id)

    def close(self) -> None:
        self._runtime.close()

    def _expired(self) -> list[TokenEvent]:
        now = self._clock()
        late = [request_id for request_id, moment in self._deadlines.items() if now >= moment]
        for request_id in late:
            self.drop(request_id)
        return [TokenEvent(request_id, (), "cancelled", PAST_DEADLINE) for request_id in late]

    def _admitted(self) -> list[TokenEvent]:
        """Put in who may run; the events of those that the runtime refused."""
        refused: list[TokenEvent] = []
        for request in self._lanes.admit():
            try:
                self._runtime.add(request)
            except HawkerError as error:
                self._forget(request.id)
                refused.append(TokenEvent(request.id, (), "error", str(error)))
        return refused

    def _forget(self, request_id: str) -> bool:
        """Whether it was in the runtime."""
        self._deadlines.pop(request_id, None)
        return self._lanes.end(request_id)
