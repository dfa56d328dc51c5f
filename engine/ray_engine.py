"""An `Engine` that writes on all of Ray's workers at once. Whoever asks it, stores and checks as with any other.

Candidates of one prompt go to one worker together, which then reads the prompt once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from core.errors import EngineFailed, UserError
from core.generation import Delta, GenerationRequest, GenerationResult, Message
from core.observing import NOBODY, Load, Observer, Written
from core.settings import Settings
from engine.opening import languages_of
from engine.packed_adapter import PackedAdapter
from engine.ray_crew import Call, Crew
from engine.ray_worker import EngineOrder
from engine.shelf import weights_sha256

OF_TRANSFORMERS = ("weights", "batching", "gpu_share", "cuda_graphs")
"""settings that travel with the order"""


class RayEngine:
    """See `engine.protocol.Engine`. Its model runs in the crew and ends with it, not with this object."""

    def __init__(self, crew: Crew, order: EngineOrder, languages: frozenset[str], observer: Observer = NOBODY) -> None:
        self._crew, self._order, self._observer = crew, order, observer
        self.model, self.languages = order.model, languages
        self._closed = False

    @property
    def context_tokens(self) -> int:
        return self._crew.context_tokens(self._order)

    @property
    def load(self) -> Load:
        """All that the workers have of it counts as running: how far they are is known only there."""
        return Load(running=self._crew.taken(self.model))

    @property
    def fault(self) -> str | None:
        """None: Ray starts again what died, and a call that it gives up on says so itself."""
        return None

    def generate(self, requests: Sequence[GenerationRequest]) -> list[GenerationResult]:
        results = {result.id: result for result in self.iterate(requests)}
        return [results[request.id] for request in requests]

    def iterate(self, requests: Iterable[GenerationRequest], in_flight: int = 64) -> Iterator[GenerationResult]:
        """`in_flight` is of each worker."""
        if in_flight < 1:
            raise UserError("in_flight", in_flight, "at least 1")
        prompts, calls = _by_prompt(requests), set[Call]()
        try:
            while True:
                while _count(calls) < in_flight * self._crew.size and (prompt := next(prompts, None)):
                    calls.add(self._hand_out(prompt))
                if not calls:
                    return
                for call in self._crew.wait(calls):
                    calls.remove(call)
                    yield from map(self._told, self._crew.take(call))
        finally:
            self._crew.abandon(calls)

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        """In one piece: nobody watches a batch being written."""
        (result,) = self.generate([request])
        yield Delta(result.text)
        yield Delta("", result)

    def cancel(self, request_id: str) -> None:
        self._crew.cancel(self.model, [request_id])

    def count_tokens(self, messages: Sequence[Message], prefill: str = "") -> int:
        return self._crew.count_tokens(self._order, messages, prefill)

    def close(self) -> None:
        self._closed = True

    def _hand_out(self, prompt: tuple[GenerationRequest, ...]) -> Call:
        if self._closed:
            raise EngineFailed(f"the engine of {self.model} was closed")
        return self._crew.hand_out(self._order, prompt)

    def _told(self, result: GenerationResult) -> GenerationResult:
        self._observer.written(Written.of(self.model, result))
        return result


def open_ray_engine(
    settings: Settings, model: str, adapters: Mapping[str, Path], crew: Crew, observer: Observer = NOBODY
) -> RayEngine:
    """The engine of an installed model, written by `crew`; it loads there with its first request.

    `adapters`: name -> folder. They travel with the order; weights lie on every machine.
    """
    import ray

    if settings.engine == "remote":
        fix = "leave --on out: the servers of HAWKER_REMOTE_URL share the work already"
        raise UserError("--on", "ray", "an engine that runs in Ray's workers, not a remote one", fix)
    here, scripted = crew.cluster.here, settings.engine == "scripted"
    order = EngineOrder(
        model,
        settings.engine,
        weights=None if scripted else weights_sha256(settings, model),
        adapters={name: ray.put(PackedAdapter.of(name, folder)) for name, folder in adapters.items()},
        home=settings.home.absolute() if here else None,
        models=settings.models_dir.absolute() if here else None,
        threads=settings.threads,
        transformers={name: getattr(settings, name) for name in OF_TRANSFORMERS},
        neighbours=-(-crew.size // crew.cluster.machines),
    )
    return RayEngine(crew, order, frozenset({"en", "zh"}) if scripted else languages_of(settings, model), observer)


def _by_prompt(requests: Iterable[GenerationRequest]) -> Iterator[tuple[GenerationRequest, ...]]:
    """Requests that follow each other and differ in their sampling alone."""
    for _, same in groupby(requests, key=lambda one: (one.adapter, one.messages, one.prefill)):
        yield tuple(same)


def _count(calls: Iterable[Call]) -> int:
    return sum(len(call.requests) for call in calls)
