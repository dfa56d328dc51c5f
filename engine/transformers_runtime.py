"""transformers + accelerate + peft: the runtime of GPUs, and of what no other runtime reads.

`engine.placed_weights` loads, `engine.batching` says in what kind of batch requests share a step. A JSON schema cannot
be enforced here, so a request that has one is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from core.errors import UserError
from engine.batching import Batch, Batching
from engine.peft_adapters import PeftAdapters
from engine.placed_weights import load_placed
from engine.runtime import RuntimeSpec, TokenEvent, TokenRequest
from engine.warm_up import warm_up


class TransformersRuntime:
    """One model. See `engine.runtime.Runtime`."""

    def __init__(self, spec: RuntimeSpec, model: Any = None) -> None:
        """`model`: one that is in memory already, instead of what `spec` would load."""
        if spec.threads:
            torch.set_num_threads(spec.threads)
        self._model = model if model is not None else load_placed(spec)
        self._device = self._model.get_input_embeddings().weight.device
        if self._device.type == "meta":  # offloaded: accelerate brings it to the device that computes
            self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._context = int(self._model.config.get_text_config().max_position_embeddings)
        self._batching = Batching(self._model, self._device, spec)
        self._batches: dict[str | None, Batch] = {}
        self._places: dict[str, Batch] = {}
        self._adapters = PeftAdapters(self._model, spec.adapters)
        if self._device.type == "cuda":
            warm_up(self, spec.end_tokens[0] if spec.end_tokens else 0)

    @property
    def context_tokens(self) -> int:
        return self._context

    @property
    def paged(self) -> bool:
        """Whether requests share pages rather than padded rows."""
        return self._batching.paged

    @property
    def busy(self) -> bool:
        return any(batch.busy for batch in self._batches.values())

    def add(self, request: TokenRequest) -> None:
        if request.sampling.json_schema:
            raise UserError("json_schema", "one", "none: this runtime cannot hold to it", "set HAWKER_ENGINE=openvino")
        self._adapters.require(request.adapter)
        if request.adapter not in self._batches:
            with self._adapters.active(request.adapter):  # a paged batch records the layers that are active
                self._batches[request.adapter] = self._batching.make()
        batch = self._batches[request.adapter]
        batch.add(request)
        self._places[request.id] = batch

    def step(self) -> Sequence[TokenEvent]:
        """One step of each adapter's batch in turn; their caches never mix."""
        events: list[TokenEvent] = []
        for adapter, batch in self._batches.items():
            if batch.busy:
                with self._adapters.active(adapter):
                    events += batch.step()
        for event in events:
            if event.finish:
                self._places.pop(event.id, None)
        return events

    def drop(self, request_id: str) -> None:
        batch = self._places.pop(request_id, None)
        if batch is not None:
            batch.drop(request_id)

    def close(self) -> None:
        self._batches.clear()
        self._places.clear()
        del self._model, self._adapters, self._batching
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
