"""What runs in each of Ray's workers: for every model asked of it an engine of its own, opened once.

Prompts come in and texts go out. It knows no store, no customer and no campaign, for it may run on another machine.
`engine.ray_crew` starts it.
"""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import CorruptWeights, EngineFailed, HawkerError
from core.generation import GenerationRequest, GenerationResult, Message
from core.settings import Settings, load_settings
from engine.opening import open_engine
from engine.packed_adapter import PackedAdapter
from engine.protocol import Engine
from engine.shelf import weights_sha256

RECEIVED = "received-adapters"
"""a folder of the home; each is kept once"""


@dataclass(frozen=True, slots=True)
class EngineOrder:
    """Which engine a worker is to open. It comes with every call, so that one that was started anew knows it, too."""

    model: str
    runtime: str
    """the setting `engine` of whoever orders"""
    weights: str | None = None
    """their sha256, in hex: a worker of other weights refuses; None where there are none to compare"""
    adapters: Mapping[str, Any] | None = None
    """name -> Ray's reference to a `PackedAdapter`"""
    home: Path | None = None
    models: Path | None = None
    """where the home and the weights are; None: where the settings of the worker's own machine say"""
    threads: int | None = None
    transformers: Mapping[str, Any] = field(default_factory=dict)
    """the settings of whoever orders that say how transformers keeps weights and shares steps"""
    neighbours: int = 1
    """workers a machine, itself included: they share its processors"""


Opener = Callable[[EngineOrder], Engine]


class RayWorker:
    """An actor of several threads: calls that come together share the engine's batch."""

    def __init__(self, open_engine: Opener) -> None:
        # Ray would hold PyTorch to the one processor that is booked; how many threads there are is the engine's affair.
        os.environ.pop("OMP_NUM_THREADS", None)
        self._open, self._engines = open_engine, dict[str, Engine]()
        self._lock = threading.Lock()

    def write(self, order: EngineOrder, requests: Sequence[GenerationRequest]) -> list[GenerationResult]:
        """Continue all prompts; results in their order. Raises `EngineFailed` for what may work at the next try."""
        with _told_where():
            return self._engine(order).generate(requests)

    def context_tokens(self, order: EngineOrder) -> int:
        """Waits for the model to be loaded."""
        with _told_where():
            return self._engine(order).context_tokens

    def count_tokens(self, order: EngineOrder, messages: Sequence[Message], prefill: str) -> int:
        with _told_where():
            return self._engine(order).count_tokens(messages, prefill)

    def cancel(self, model: str, request_ids: Sequence[str]) -> None:
        if model in self._engines:
            for request_id in request_ids:
                self._engines[model].cancel(request_id)

    def process_id(self) -> int:
        """For those who watch it."""
        return os.getpid()

    def _engine(self, order: EngineOrder) -> Engine:
        with self._lock:
            if order.model not in self._engines:
                self._engines[order.model] = self._open(order)
            return self._engines[order.model]


def open_ordered(order: EngineOrder) -> Engine:
    """The engine of an order, from the weights of this machine.

    Raises `ModelMissing` where it has none, `CorruptWeights` where it has others.
    """
    places = {"home": order.home, "models": order.models, "threads": _threads(order)}
    settings = load_settings(engine=order.runtime, **places, **order.transformers)
    _check_weights(settings, order)
    folders = {one.name: one.unpack(settings.home / RECEIVED) for one in fetched(order)}
    return open_engine(settings, order.model, folders)


def _threads(order: EngineOrder) -> int | None:
    """Alone on its machine an engine decides for itself."""
    if order.threads or order.neighbours == 1:
        return order.threads
    return max(1, len(os.sched_getaffinity(0)) // order.neighbours)


def _check_weights(settings: Settings, order: EngineOrder) -> None:
    """Texts are found again by the model's name, so the same name must not mean two models."""
    if order.weights is None:
        return
    found = weights_sha256(settings, order.model)
    if found != order.weights:
        raise CorruptWeights(
            f"{order.model} has other weights here ({found[:12]}) than where the batch was started"
            f" ({order.weights[:12]}); install the same ones"
        )


def fetched(order: EngineOrder) -> list[PackedAdapter]:
    """Its adapters, from wherever Ray keeps them."""
    import ray

    return [ray.get(reference) for reference in (order.adapters or {}).values()]


@contextmanager
def _told_where() -> Iterator[None]:
    """What would fail again at every try, told with the machine where it fails."""
    try:
        yield
    except EngineFailed:
        raise
    except HawkerError as error:
        raise HawkerError(f"Ray's worker on {platform.node()}: {error}") from None
