"""An answer that somebody waits for: whoever hangs up ends the writing, and its place is free for the next one.

Knows of answers only that they come piece by piece, the last piece with the whole result.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import anyio
from anyio import to_thread
from fastapi import Request

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
    """The answer's end; None where the caller hung up before. The body of `caller` has been read."""
    result: GenerationResult | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_cancel_when_gone, caller, tasks.cancel_scope)
        async for delta in pieces(engine, asked):
            result = delta.result
        tasks.cancel_scope.cancel()
    return result


async def _cancel_when_gone(caller: Request, scope: anyio.CancelScope) -> None:
    while (await caller.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
