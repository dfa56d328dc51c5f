"""Writers that always take the likeliest word, so that two ways of running one model can be compared text by text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from agent.house import House
from campaigns.ray_house import RayHouse
from core.generation import Delta, GenerationRequest, GenerationResult
from core.observing import Observer
from engine.around import EngineAround
from engine.protocol import Engine


class GreedyEngine(EngineAround):
    """Whatever temperature is asked for, it is 0."""

    def generate(self, requests: Sequence[GenerationRequest]) -> list[GenerationResult]:
        return super().generate([_greedy(request) for request in requests])

    def iterate(self, requests: Iterable[GenerationRequest], in_flight: int = 64) -> Iterator[GenerationResult]:
        return super().iterate(map(_greedy, requests), in_flight)

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        return super().stream(_greedy(request))


class GreedyHouse(House):
    """Its store takes greedy texts for those that were asked for: a house to throw away."""

    def _open_engine(self, name: str, adapters: Mapping[str, Path], observer: Observer) -> Engine:
        return GreedyEngine(super()._open_engine(name, adapters, observer))


class GreedyRayHouse(GreedyHouse, RayHouse):
    """The same over Ray's workers."""


def _greedy(request: GenerationRequest) -> GenerationRequest:
    return replace(request, sampling=replace(request.sampling, temperature=0.0))
