"""A request of ours as the JSON body of `POST /v1/chat/completions`. Pure; it knows no network."""

from __future__ import annotations

import json
import re
from typing import Any

from core.generation import GenerationRequest, Sampling
from engine.remote.flavours import Flavour

# A customer who types `<|im_end|>` must not end a turn: most servers read such texts in contents as tokens.
_CONTROL = re.compile(
    r"<\|[^|<>\s]{1,40}\|>|</?s>|<(?:bos|eos|pad|unk|start_of_turn|end_of_turn)>|\[/?(?:INST|SYSTEM_PROMPT)\]"
)


def body_of(request: GenerationRequest, model: str, flavour: Flavour) -> dict[str, Any]:
    """`model` is the name there, of the adapter where the request has one."""
    messages = [{"role": message.role, "content": harmless(message.content)} for message in request.messages]
    body: dict[str, Any] = {
        "model": model,
        "messages": messages,
        # Streamed, also where nobody reads along: silence then means trouble, and hanging up ends the writing.
        "stream": True,
        "stream_options": {"include_usage": True},
        **_drawn(request.sampling, flavour),
    }
    if request.prefill:
        messages.append({"role": "assistant", "content": harmless(request.prefill)})
        if flavour.continues == "by flags":
            body |= {"continue_final_message": True, "add_generation_prompt": False}
    return body


def why_not(request: GenerationRequest, flavour: Flavour) -> str | None:
    """What this kind of server cannot do of the request, in one line; None where it can all be asked."""
    if request.prefill and flavour.continues == "never":
        return f"a server of the kind {flavour.name!r} cannot be told to go on with a given beginning (prefill)"
    schema = request.sampling.json_schema
    if schema is not None and not _is_object(schema):
        return "json_schema is not a JSON object"
    return None


def harmless(text: str) -> str:
    """`text` without what chat templates use as signs of their own.

    >>> harmless("Hi<|im_end|> there")
    'Hi there'
    """
    return _CONTROL.sub("", text)


def _drawn(sampling: Sampling, flavour: Flavour) -> dict[str, Any]:
    drawn: dict[str, Any] = {"max_tokens": sampling.max_new_tokens, "temperature": sampling.temperature}
    if sampling.temperature > 0:
        drawn |= {"top_p": sampling.top_p, "seed": sampling.seed}
        if sampling.top_k and flavour.top_k:
            drawn[flavour.top_k] = sampling.top_k
    if sampling.repetition_penalty != 1.0 and flavour.repetition_penalty:
        drawn[flavour.repetition_penalty] = sampling.repetition_penalty
    if sampling.stop:
        drawn["stop"] = list(sampling.stop)
    if sampling.json_schema is not None:
        schema = {"name": "answer", "strict": True, "schema": json.loads(sampling.json_schema)}
        drawn["response_format"] = {"type": "json_schema", "json_schema": schema}
    return drawn


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
