"""Running weights for the parity gate: logits by transformers in float32, choices by OpenVINO as in service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import EngineFailed
from core.generation import Sampling
from engine.quiet import quiet_libraries
from engine.runtime import RuntimeSpec, TokenRequest
from finetune.parity import Floats


@dataclass(frozen=True, slots=True)
class Continuation:
    """A prompt and what was written after it, as token ids."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]


class FloatModel:
    """Weights under transformers, every number in float32."""

    def __init__(self, model: Any) -> None:
        self._model = model.eval()

    @classmethod
    def adapted(cls, base: Path, adapter: Path) -> FloatModel:
        """The plain weights in `base` with the adapter beside them, as PEFT runs it."""
        from peft import PeftModel

        with quiet_libraries():
            return cls(PeftModel.from_pretrained(_load(base), adapter))

    @classmethod
    def merged(cls, folder: Path) -> FloatModel:
        with quiet_libraries():
            return cls(_load(folder))

    @classmethod
    def of_gguf(cls, path: Path) -> FloatModel:
        """A GGUF file read by transformers' own reader, which undoes llama.cpp's layout by itself."""
        from transformers import GgufConfig

        with quiet_libraries():
            packed = GgufConfig(dequantize=True)
            return cls(_load(path.parent, gguf_file=path.name, quantization_config=packed))

    def continued(self, prompt: Sequence[int], tokens: int, ends: Sequence[int]) -> Continuation:
        """The greedy continuation of at most `tokens` tokens, one of `ends` included where it ended so."""
        import torch

        ids = torch.tensor([list(prompt)])
        with torch.inference_mode(), quiet_libraries():
            written = self._model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=tokens,
                do_sample=False,
                eos_token_id=list(ends),
                pad_token_id=ends[0],
            )
        return Continuation(tuple(prompt), tuple(written[0, len(prompt) :].tolist()))

    def logits(self, continuation: Continuation) -> Floats:
        """(tokens of the answer, vocabulary): what each of them was chosen from."""
        import torch

        answer = len(continuation.answer)
        ids = torch.tensor([[*continuation.prompt, *continuation.answer]])
        with torch.inference_mode():
            found = self._model(input_ids=ids, logits_to_keep=answer + 1).logits[0, :-1]
        logits: Floats = found.float().numpy().astype(np.float32, copy=False)
        return logits


def openvino_continuations(
    spec: RuntimeSpec, prompts: Sequence[Sequence[int]], tokens: int, adapter: str | None = None
) -> list[Continuation]:
    """What OpenVINO's runtime writes greedily, at the precision and in the batches of service."""
    from engine.openvino_runtime import OpenVinoRuntime

    runtime = OpenVinoRuntime(spec)
    written: list[list[int]] = [[] for _ in prompts]
    try:
        for at, prompt in enumerate(prompts):
            runtime.add(TokenRequest(str(at), prompt, Sampling(max_new_tokens=tokens), adapter))
        while runtime.busy:
            for event in runtime.step():
                if event.error:
                    raise EngineFailed(event.error)
                written[int(event.id)] += event.tokens
    finally:
        runtime.close()
    return [Continuation(tuple(prompt), tuple(ids)) for prompt, ids in zip(prompts, written, strict=True)]


def _load(folder: Path, **more: Any) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    options = {"dtype": torch.float32, "attn_implementation": "sdpa", "local_files_only": True}
    return AutoModelForCausalLM.from_pretrained(folder, **options, **more)
