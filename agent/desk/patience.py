"""A model's stream that is waited for only so long: a customer would rather read the shop's own words now than wait.

The stream is read in a thread of its own, for an engine that is still loading its model blocks; on time-out the
request is cancelled there. It knows nothing of what is streamed.
"""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Generator
from functools import partial

from core.errors import HawkerError
from core.generation import Delta, GenerationRequest
from engine.protocol import Engine


def patient_stream(engine: Engine, request: GenerationRequest, seconds: float) -> Generator[Delta, None, None]:
    """The deltas of `request` that come within `seconds` of now. Closing it, or time running out, cancels the request.

    Raises what the engine raises.
    """
    arrived: queue.SimpleQueue[Delta | HawkerError | None] = queue.SimpleQueue()
    # In the asker's context: who pays for the tokens is told by it.
    pump = partial(contextvars.copy_context().run, _pump, engine, request, arrived)
    threading.Thread(target=pump, daemon=True).start()
    deadline = time.monotonic() + seconds
    ended = False
    try:
        while True:
            try:
                item = arrived.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return
            if item is None:
                ended = True
                return
            if isinstance(item, HawkerError):
                ended = True
                raise item
            yield item
    finally:
        if not ended:
            engine.cancel(request.id)


def _pump(engine: Engine, request: GenerationRequest, arrived: queue.SimpleQueue[Delta | HawkerError | None]) -> None:
    try:
        for delta in engine.stream(request):
            arrived.put(delta)
        arrived.put(None)
    except HawkerError as error:
        arrived.put(error)
