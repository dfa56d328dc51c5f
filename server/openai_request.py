"""From an order for a completion to what the engine is asked: the speaker by name, the sampling, the room there is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agent.house import House
from core.generation import GenerationRequest, Message, Sampling
from engine.catalog import CATALOG
from engine.json_schema import check_schema
from engine.protocol import Engine
from engine.shelf import installed
from server.openai_errors import ContextTooLong, UnknownModel
from server.openai_shapes import AnyFormat, ChatMessage, CompletionOrder, SchemaFormat

DEFAULT_MAX_TOKENS = 256
ANY_OBJECT = json.dumps({"type": "object"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """A model, by itself or through an adapter."""

    model: str
    adapter: str | None = None

    @property
    def name(self) -> str:
        return self.model if self.adapter is None else f"{self.model}:{self.adapter}"


def speakers(house: House) -> Mapping[str, Speaker]:
    """Who may be asked, by name: the installed language models, each followed by its adapters."""
    found: list[Speaker] = []
    for model in installed(house.settings):
        if model not in CATALOG or CATALOG[model].kind == "language":
            found += [Speaker(model), *(Speaker(model, one.name) for one in house.adapters.fitting(model))]
    return {speaker.name: speaker for speaker in found}


def speaker_of(house: House, name: str) -> Speaker:
    """Raises `UnknownModel` naming those that there are."""
    known = speakers(house)
    if name not in known:
        raise UnknownModel(
            "model", name, f"one of {', '.join(known) or 'none: none is installed'}", "see GET /v1/models"
        )
    return known[name]


def generation_request(order: CompletionOrder, speaker: Speaker, engine: Engine) -> GenerationRequest:
    """What to ask `engine`; the answer is cut where the context ends. Raises `ContextTooLong` where there is no room,
    `UserError` for a schema that is none."""
    messages = tuple(Message(_role(message), _text(message)) for message in order.messages)
    conversation, beginning = order.parted(messages)
    taken, context = engine.count_tokens(conversation, beginning), engine.context_tokens
    if taken >= context:
        raise ContextTooLong(taken, context)
    wanted = order.max_completion_tokens or order.max_tokens or DEFAULT_MAX_TOKENS
    sampling = Sampling(
        max_new_tokens=min(wanted, context - taken),
        temperature=1.0 if order.temperature is None else order.temperature,
        top_p=1.0 if order.top_p is None else order.top_p,
        seed=(uuid.uuid4().int if order.seed is None else order.seed) % 2**31,
        stop=(order.stop,) if isinstance(order.stop, str) else tuple(order.stop or ()),
        json_schema=_schema(order.response_format),
    )
    check_schema(sampling.json_schema)
    return GenerationRequest(
        uuid.uuid4().hex, conversation, order.drawn(sampling), adapter=speaker.adapter, prefill=beginning
    )


def _schema(wanted: AnyFormat | SchemaFormat | None) -> str | None:
    if isinstance(wanted, SchemaFormat):
        return json.dumps(wanted.json_schema.content, ensure_ascii=False)
    return ANY_OBJECT if wanted is not None and wanted.type == "json_object" else None


def _role(message: ChatMessage) -> Literal["system", "user", "assistant"]:
    return "system" if message.role == "developer" else message.role


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    return "".join(part.text for part in message.content)
