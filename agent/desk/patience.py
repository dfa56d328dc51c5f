"""A model's stream that is waited for only so long: a customer would rather read the shop's own words now than wait,
and one who has left waits for nothing.

The stream is read in a thread of its own, for an engine that is still loading its model blocks; on time-out the
request is cancelled there. It knows nothing of what is streamed.
"""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Generator
from functools import partial

from core.errors import HawkerError
from core.generation import Delta, GenerationRequest
from core.stopping import StopSign
from engine.protocol import Engine

_Arrival = Delta | HawkerError | None
"""None: nothing more comes, or the sign was shown"""


def patient_stream(
    engine: Engine, request: GenerationRequest, deadline: Callable[[], float], stop: StopSign
) -> Generator[Delta, None, None]:
    """The deltas of `request` that come before `stop` is shown and before `deadline`, a moment of `time.monotonic()`
    that is asked for anew at each. Closing it cancels the request, and so does either of these.

    Raises what the engine raises.
    """
    arrived: queue.SimpleQueue[_Arrival] = queue.SimpleQueue()
    # In the asker's context: who pays for the tokens is told by it.
    unheard = threading.Event()
    pump = partial(contextvars.copy_context().run, _pump, engine, request, arrived, unheard)
    threading.Thread(target=pump, daemon=True).start()
    ended = False
    try:
        with stop.waking(partial(arrived.put, None)):
            while (item := _next(arrived, deadline, stop)) is not None and not stop.shown:
                ended = isinstance(item, HawkerError) or item.result is not None
                if isinstance(item, HawkerError):
                    raise item
                yield item
    finally:
        unheard.set()
        if not ended:
            engine.cancel(request.id)


def _next(arrived: queue.SimpleQueue[_Arrival], deadline: Callable[[], float], stop: StopSign) -> _Arrival:
    left = min(deadline() - time.monotonic(), stop.seconds_left)
    try:
        return arrived.get(timeout=max(0.0, left))
    except queue.Empty:
        return None


def _pump(
    engine: Engine, request: GenerationRequest, arrived: queue.SimpleQueue[_Arrival], unheard: threading.Event
) -> None:
    try:
        for delta in engine.stream(request):
            arrived.put(delta)
            if unheard.is_set() and delta.result is None:
                break  # it was cancelled before the engine had it, while the model was loading
        arrived.put(None)
    except HawkerError as error:
        arrived.put(error)
