"""Writers that always take the likeliest word, so that two ways of running one model can be compared text by text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from agent.house import House
from campaigns.ray_house import RayHouse
from core.generation import Delta, GenerationRequest, GenerationResult, Message
from core.observing import Load, Observer
from engine.protocol import Engine


class GreedyEngine:
    """See `engine.protocol.Engine`. Whatever temperature is asked for, it is 0."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.model, self.languages = engine.model, engine.languages

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
        return self._engine.generate([_greedy(request) for request in requests])

    def iterate(self, requests: Iterable[GenerationRequest], in_flight: int = 64) -> Iterator[GenerationResult]:
        return self._engine.iterate(map(_greedy, requests), in_flight)

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        return self._engine.stream(_greedy(request))

    def cancel(self, request_id: str) -> None:
        self._engine.cancel(request_id)

    def count_tokens(self, messages: Sequence[Message], prefill: str = "") -> int:
        return self._engine.count_tokens(messages, prefill)

    def close(self) -> None:
        self._engine.close()


class GreedyHouse(House):
    """Its store takes greedy texts for those that were asked for: a house to throw away."""

    def _open_engine(self, name: str, adapters: Mapping[str, Path], observer: Observer) -> Engine:
        return GreedyEngine(super()._open_engine(name, adapters, observer))


class GreedyRayHouse(GreedyHouse, RayHouse):
    """The same over Ray's workers."""


def _greedy(request: GenerationRequest) -> GenerationRequest:
    return replace(request, sampling=replace(request.sampling, temperature=0.0))
