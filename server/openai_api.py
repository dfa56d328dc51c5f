"""The OpenAI-compatible part: `POST /v1/chat/completions`, streaming too, and `GET /v1/models`.

This is the bare model, or one of its adapters, for tools that speak this protocol: no retrieval, no checks. What the
engine cannot do is refused by name rather than ignored; whoever hangs up ends the writing.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from agent.house import House
from core.errors import EngineFailed, HawkerError, UserError
from core.generation import Finish, GenerationRequest, GenerationResult
from engine.protocol import Engine
from server import faults
from server.deps import OpenHouse
from server.hanging_up import pieces, whole
from server.openai_errors import OpenAiRoute
from server.openai_request import generation_request, speaker_of, speakers
from server.openai_shapes import Answer, Choice, Completion, CompletionOrder, Model, ModelList, Usage
from server.problems import told

router = APIRouter(tags=["OpenAI-compatible"], route_class=OpenAiRoute)
HUNG_UP = 499
"""nginx's status for a client who did not wait; for the log, nobody hears it"""
CHUNK = (
    'data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1795340000, "model": "smollm2-135m", '
    '"choices": [{"index": 0, "delta": {"content": "Blue"}, "logprobs": null, "finish_reason": null}]}\n\n'
    "data: [DONE]\n\n"
)
STREAM: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {"example": CHUNK}}}}


@dataclass(frozen=True, slots=True)
class _Reply:
    """What all pieces of one answer have in common."""

    id: str
    model: str
    created: int

    def chunk(self, choice: dict[str, Any], **more: object) -> str:
        choices = [{"index": 0, "logprobs": None, **choice}] if choice else []
        kind = "chat.completion.chunk"
        same = {"id": self.id, "object": kind, "created": self.created, "model": self.model}
        return _event({**same, "choices": choices, **more})


@router.get("/v1/models")
def list_models(house: OpenHouse) -> ModelList:
    """The installed language models, each by itself and through its adapters."""
    return ModelList(data=[Model(id=name) for name in speakers(house)])


@router.get("/v1/models/{name:path}", responses=told(404))
def get_model(name: Annotated[str, Path(examples=["smollm2-135m"])], house: OpenHouse) -> Model:
    """One of them."""
    return Model(id=speaker_of(house, name).name)


@router.post("/v1/chat/completions", response_model=Completion, responses=STREAM | told(400, 404))
async def create_completion(order: CompletionOrder, house: OpenHouse, request: Request) -> Completion | Response:
    """Continue a conversation with one of the installed models; with `stream`, as server-sent events."""
    engine, asked = await run_in_threadpool(_prepared, order, house)
    reply = _Reply(f"chatcmpl-{asked.id}", order.model, int(time.time()))
    if order.stream:
        usage = order.stream_options is not None and order.stream_options.include_usage
        return StreamingResponse(_stream(engine, asked, reply, usage), media_type="text/event-stream")
    result = await whole(engine, asked, request)
    if result is None:
        return Response(status_code=HUNG_UP)
    if result.error:
        raise _failure(asked, result.error)
    choice = Choice(message=Answer(content=result.text), finish_reason=_finish(result.finish))
    return Completion(id=reply.id, created=reply.created, model=reply.model, choices=[choice], usage=_usage(result))


def _prepared(order: CompletionOrder, house: House) -> tuple[Engine, GenerationRequest]:
    """In a thread: the model may have to be loaded."""
    speaker = speaker_of(house, order.model)
    engine = house.engine_of(speaker.model)
    return engine, generation_request(order, speaker, engine)


async def _stream(engine: Engine, asked: GenerationRequest, reply: _Reply, usage: bool) -> AsyncIterator[str]:
    yield reply.chunk({"delta": {"role": "assistant", "content": ""}, "finish_reason": None})
    try:
        async for delta in pieces(engine, asked):
            if delta.text:
                yield reply.chunk({"delta": {"content": delta.text}, "finish_reason": None})
            if (result := delta.result) is None:
                continue
            if result.error:
                raise _failure(asked, result.error)
            yield reply.chunk({"delta": {}, "finish_reason": _finish(result.finish)})
            if usage:
                yield reply.chunk({}, usage=_usage(result).model_dump())
    except HawkerError as error:
        yield _event(faults.told(error))
        return
    yield "data: [DONE]\n\n"


def _event(value: object) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def _failure(asked: GenerationRequest, error: str) -> HawkerError:
    """What the engine says of one request: it reads any prompt, but cannot hold to every schema."""
    if asked.sampling.json_schema is None:
        return EngineFailed(error)
    return UserError("response_format", "json_schema", "a format that the engine can hold to", error)


def _finish(finish: Finish) -> Literal["stop", "length"]:
    return "length" if finish == "length" else "stop"


def _usage(result: GenerationResult) -> Usage:
    read, written = result.prompt_tokens, result.new_tokens
    return Usage(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)
