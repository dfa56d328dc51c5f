"""An answer that somebody waits for: whoever hangs up ends the writing, and its place is free for the next one.

Knows of answers only that they come piece by piece, the last piece with the whole result.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import anyio
from anyio import to_thread
from fastapi import Request

from core.errors import HawkerError
from core.generation import Delta, GenerationRequest, GenerationResult
from engine.protocol import Engine


async def pieces(engine: Engine, asked: GenerationRequest) -> AsyncIterator[Delta]:
    """The answer as it comes. Where the one who listens is cancelled, so is the request, at once: the thread that waits
    for the next piece is left to get the end of it."""
    deltas: Iterator[Delta] = engine.stream(asked)
    ended = False
    try:
        while (delta := await to_thread.run_sync(next, deltas, None, abandon_on_cancel=True)) is not None:
            yield delta
        ended = True
    finally:
        if not ended:
            engine.cancel(asked.id)


async def whole(engine: Engine, asked: GenerationRequest, caller: Request) -> GenerationResult | None:
    """The answer's end; None where the caller hung up before. The body of `caller` has been read.

    Asked as a batch of one: nobody hears the pieces, and each of them would wake three threads that the model's own
    could have used.
    """
    result: GenerationResult | None = None
    failed: HawkerError | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_cancel_when_gone, caller, tasks.cancel_scope)
        try:
            (result,) = await to_thread.run_sync(engine.generate, [asked], abandon_on_cancel=True)
        except HawkerError as error:
            failed = error  # out of the task group it would come wrapped, and be told as a fault of ours
        finally:
            if result is None and failed is None:
                engine.cancel(asked.id)
        tasks.cancel_scope.cancel()
    if failed is not None:
        raise failed
    return result


async def _cancel_when_gone(caller: Request, scope: anyio.CancelScope) -> None:
    while (await caller.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
