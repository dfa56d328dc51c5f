"""An engine around another one: what a wrapper does not change is the other's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core.generation import Delta, GenerationRequest, GenerationResult, Message
from core.observing import Load
from engine.protocol import Engine


class EngineAround:
    """See `engine.protocol.Engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def model(self) -> str:
        return self._engine.model

    @property
    def languages(self) -> frozenset[str]:
        return self._engine.languages

    @property
    def context_tokens(self) -> int:
        return self._engine.context_tokens

    @property
    def load(self) -> Load:
        return self._engine.load

    @property
    def fault(self) -> str | None:
        return self._engine.fault

    def generate(self, requests: Sequence[GenerationRequest]) -> list[GenerationResult]:
        return self._engine.generate(requests)

    def iterate(self, requests: Iterable[GenerationRequest], in_flight: int = 64) -> Iterator[GenerationResult]:
        return self._engine.iterate(requests, in_flight)

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        return self._engine.stream(request)

    def cancel(self, request_id: str) -> None:
        self._engine.cancel(request_id)

    def count_tokens(self, messages: Sequence[Message], prefill: str = "") -> int:
        return self._engine.count_tokens(messages, prefill)

    def close(self) -> None:
        self._engine.close()
