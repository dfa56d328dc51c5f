"""Which batch answers on the transformers runtime: pages where CUDA's kernels are, padded rows everywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch

from core.errors import UserError
from engine.padded_batch import PaddedBatch
from engine.runtime import RuntimeSpec, TokenEvent, TokenRequest


class Batch(Protocol):
    """Requests of one adapter over one model; see `engine.runtime.Runtime`, whose methods these are."""

    @property
    def busy(self) -> bool: ...

    def add(self, request: TokenRequest) -> None: ...

    def step(self) -> Sequence[TokenEvent]: ...

    def drop(self, request_id: str) -> None: ...


class Batching:
    """Makes the batches of one model, all of one kind."""

    def __init__(self, model: Any, device: torch.device, spec: RuntimeSpec) -> None:
        self._model, self._device, self._spec = model, device, spec
        self._weights = int(model.get_memory_footprint())
        self.paged = self._is_paged()

    def make(self) -> Batch:
        if not self.paged:
            return PaddedBatch(self._model, self._spec.end_tokens, self._device)
        from engine.paged_batch import PagedBatch
        from engine.paged_room import room_on

        places = len(self._spec.adapters) + 1
        # Quantised layers measure while they multiply, which a graph cannot record.
        graphs = self._spec.cuda_graphs and self._spec.weights == "bfloat16"
        room = room_on(self._device, self._spec.gpu_share, self._weights, places, graphs)
        return PagedBatch(self._model, self._spec.end_tokens, self._device, room)

    def _is_paged(self) -> bool:
        if self._spec.batching == "padded":
            return False
        whole = len(set(getattr(self._model, "hf_device_map", {"": 0}).values())) == 1
        if self._spec.batching == "paged" and not whole:
            fix = "set HAWKER_BATCHING=auto, or HAWKER_WEIGHTS=int4 so that it fits"
            raise UserError("setting batching", "paged", "a model that lies on one device", fix)
        from engine.paged_attention import speak_by, suits

        suited = whole and suits(self._model, self._device)
        if suited:
            speak_by(self._model)
        return suited or self._spec.batching == "paged"
