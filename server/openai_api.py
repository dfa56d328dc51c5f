"""The OpenAI-compatible part: `POST /v1/chat/completions`, streaming too, and `GET /v1/models`.

This is the bare model for tools that speak this protocol: no retrieval, no checks. What the engine cannot do is refused
by name rather than ignored. Shapes follow OpenAI's API reference, "Chat Completions".
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from core.errors import EngineFailed, NotFound, UserError
from core.generation import Finish, GenerationRequest, GenerationResult, Message, Sampling
from engine.catalog import CATALOG
from engine.protocol import Engine
from engine.pull import installed
from server.deps import OpenHouse

router = APIRouter(tags=["OpenAI-compatible"])
DEFAULT_MAX_TOKENS = 256
IGNORED_IF_DEFAULT = {"n": 1, "presence_penalty": 0, "frequency_penalty": 0, "logprobs": False, "store": False}


class ChatMessage(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[dict[str, Any]]


class Completion(BaseModel):
    """The request; fields that are not here are refused."""

    model_config = ConfigDict(extra="allow")

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool = False
    stream_options: dict[str, Any] | None = None
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    temperature: float = Field(1.0, ge=0, le=2)
    top_p: float = Field(1.0, gt=0, le=1)
    stop: str | list[str] | None = None
    seed: int | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class _Reply:
    """What all pieces of one answer have in common."""

    id: str
    model: str
    created: int

    def wrap(self, kind: str, choice: dict[str, Any], **more: object) -> dict[str, Any]:
        choices = [{"index": 0, "logprobs": None, **choice}] if choice else []
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model, "choices": choices, **more}


@router.get("/v1/models")
def models(house: OpenHouse) -> dict[str, Any]:
    """The installed language models."""
    names = _language_models(installed(house.settings))
    return {"object": "list", "data": [_model(name) for name in names]}


@router.get("/v1/models/{name}")
def model(name: str, house: OpenHouse) -> dict[str, Any]:
    """One installed model."""
    if name not in _language_models(installed(house.settings)):
        raise NotFound("model", name, "an installed model, see GET /v1/models")
    return _model(name)


@router.post("/v1/chat/completions", response_model=None)
def complete(wanted: Completion, house: OpenHouse) -> dict[str, Any] | StreamingResponse:
    """Continue a conversation with one of the installed models."""
    names = _language_models(installed(house.settings))
    if wanted.model not in names:
        raise NotFound("model", wanted.model, f"one of {', '.join(names)}", "see GET /v1/models")
    request = _request(wanted)
    engine = house.engine_of(wanted.model)
    reply = _Reply(f"chatcmpl-{request.id}", wanted.model, int(time.time()))
    if wanted.stream:
        usage = bool((wanted.stream_options or {}).get("include_usage"))
        return StreamingResponse(_stream(engine, request, reply, usage), media_type="text/event-stream")
    result = engine.generate([request])[0]
    if result.error:
        raise EngineFailed(result.error)
    message = {"role": "assistant", "content": result.text, "refusal": None}
    choice = {"message": message, "finish_reason": _finish(result.finish)}
    return reply.wrap("chat.completion", choice, usage=_usage(result))


def _stream(engine: Engine, request: GenerationRequest, reply: _Reply, usage: bool) -> Iterator[str]:
    def event(value: object) -> str:
        return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"

    kind = "chat.completion.chunk"
    yield event(reply.wrap(kind, {"delta": {"role": "assistant", "content": ""}, "finish_reason": None}))
    for delta in engine.stream(request):
        if delta.text:
            yield event(reply.wrap(kind, {"delta": {"content": delta.text}, "finish_reason": None}))
        if delta.result:
            yield event(reply.wrap(kind, {"delta": {}, "finish_reason": _finish(delta.result.finish)}))
            if usage:
                yield event(reply.wrap(kind, {}, usage=_usage(delta.result)))
    yield "data: [DONE]\n\n"


def _request(wanted: Completion) -> GenerationRequest:
    for name, value in (wanted.model_extra or {}).items():
        if value is not None and IGNORED_IF_DEFAULT.get(name, object()) != value:
            raise UserError(name, value, "a parameter that this server supports", f"leave {name} out")
    stop = [wanted.stop] if isinstance(wanted.stop, str) else wanted.stop or []
    sampling = Sampling(
        max_new_tokens=wanted.max_completion_tokens or wanted.max_tokens or DEFAULT_MAX_TOKENS,
        temperature=wanted.temperature,
        top_p=wanted.top_p,
        seed=wanted.seed if wanted.seed is not None else uuid.uuid4().int % 2**31,
        stop=tuple(stop),
    )
    messages = tuple(Message(_role(message.role), _text(message)) for message in wanted.messages)
    return GenerationRequest(uuid.uuid4().hex, messages, sampling)


def _role(role: str) -> Literal["system", "user", "assistant"]:
    if role in ("system", "developer"):
        return "system"
    return "assistant" if role == "assistant" else "user"


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    wrong = next((part.get("type") for part in message.content if part.get("type") != "text"), None)
    if wrong:
        raise UserError("messages.content", wrong, "parts of type text only")
    return "".join(str(part.get("text", "")) for part in message.content)


def _finish(finish: Finish) -> str:
    return "length" if finish == "length" else "stop"


def _usage(result: GenerationResult) -> dict[str, int]:
    return {
        "prompt_tokens": result.prompt_tokens,
        "completion_tokens": result.new_tokens,
        "total_tokens": result.prompt_tokens + result.new_tokens,
    }


def _language_models(names: list[str]) -> list[str]:
    return [name for name in names if name not in CATALOG or CATALOG[name].kind == "language"]


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "hawker"}
