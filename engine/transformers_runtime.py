"""transformers + accelerate + peft: the runtime of GPUs, and of what no other runtime reads.

accelerate's dispatch places the layers (`device_map`): one GPU, several, or beyond their memory on the CPU and on
disk. bfloat16 and PyTorch's own fused attention. A JSON schema is not enforced here: whoever asked for one parses and
checks the answer anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from engine.padded_batch import PaddedBatch
from engine.peft_adapters import PeftAdapters
from engine.plain_weights import plain_weights
from engine.quiet import quiet_libraries
from engine.runtime import RuntimeSpec, TokenEvent, TokenRequest
from engine.soundness import sound_weights


class TransformersRuntime:
    """One model. See `engine.runtime.Runtime`."""

    def __init__(self, spec: RuntimeSpec) -> None:
        if spec.threads:
            torch.set_num_threads(spec.threads)
        self._spec = spec
        self._model = _load(spec)
        self._device = self._model.get_input_embeddings().weight.device
        if self._device.type == "meta":  # offloaded: accelerate brings it to the device that computes
            self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._context = int(self._model.config.get_text_config().max_position_embeddings)
        self._batches: dict[str | None, PaddedBatch] = {}
        self._places: dict[str, PaddedBatch] = {}
        self._adapters = PeftAdapters(self._model, spec.adapters)

    @property
    def context_tokens(self) -> int:
        return self._context

    @property
    def busy(self) -> bool:
        return any(batch.busy for batch in self._batches.values())

    def add(self, request: TokenRequest) -> None:
        self._adapters.require(request.adapter)
        batch = self._batches.get(request.adapter)
        if batch is None:
            batch = self._batches[request.adapter] = PaddedBatch(self._model, self._spec.end_tokens, self._device)
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
        del self._model, self._adapters
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _load(spec: RuntimeSpec) -> Any:
    from transformers import AutoModelForCausalLM

    folder = plain_weights(spec.folder)
    with quiet_libraries(), sound_weights(folder):
        model = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=torch.float32 if spec.exact else torch.bfloat16,
            device_map=spec.device_map or ("auto" if torch.cuda.is_available() else "cpu"),
            offload_folder=spec.offload_folder,
            attn_implementation="sdpa",
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
    return model.eval()
