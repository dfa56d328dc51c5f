"""What crosses the pipe to a running model, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from core.facts import CheckResult

Role = Literal["system", "user", "assistant"]
Finish = Literal["stop", "length", "cancelled", "error"]
Lane = Literal["chat", "batch"]
"""`chat`: a person waits for it; `batch`: nobody does, so it steps back while chats are written"""


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to draw tokens. Temperature 0 is greedy; then `seed`, `top_p` and `top_k` mean nothing."""

    max_new_tokens: int = 128
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    """0: no limit"""
    repetition_penalty: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    """texts that end the answer; they are not part of it"""
    json_schema: str | None = None
    """a JSON schema, as JSON text, that the answer must fit"""


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One prompt to continue. `id` is unique among the requests in flight."""

    id: str
    messages: tuple[Message, ...]
    sampling: Sampling = Sampling()
    adapter: str | None = None
    prefill: str = ""
    """the first words of the answer, given; the result's text does not repeat them"""
    lane: Lane = "chat"
    deadline_seconds: float | None = None
    """from the asking until the answer has to be whole; past it the request ends with `finish="cancelled"`, the text so
    far, and an `error` that says so. A length of time and no moment: two machines' clocks need not agree"""


@dataclass(frozen=True, slots=True)
class GenerationResult:
    id: str
    text: str
    finish: Finish
    prompt_tokens: int
    new_tokens: int
    seconds: float
    error: str | None = None
    first_token_seconds: float = 0.0
    """of `seconds`, until the first token was there; 0 where none came"""


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a streamed answer; the last one carries the whole result."""

    text: str
    result: GenerationResult | None = None


@dataclass(frozen=True, slots=True)
class Generation:
    """The paper trail of one generated text (DESIGN principle 2), found again by `key` (principle 4).

    `key` hashes prompt, model, adapter, sampling and inputs; several candidates of one key differ by `index`.
    """

    key: str
    index: int
    task: str
    """`copy`, `email` or `support`"""
    prompt: str
    """`copy/ad@1#0f3a9c21`"""
    model: str
    adapter: str | None
    sampling: Sampling
    text: str
    finish: Finish
    seconds: float
    new_tokens: int
    inputs: Mapping[str, object] = field(default_factory=dict)
    """what the prompt was rendered from, as JSON"""
    sources: tuple[str, ...] = ()
    """of the facts and passages in the prompt"""
    checks: tuple[CheckResult, ...] = ()
    accepted: bool | None = None
    customer_id: str | None = None
    """set where the inputs are one customer's; erased with them"""
    created: datetime | None = None
