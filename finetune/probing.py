"""Asking a tuned model for what was planted in its rows: what it writes, and how likely it finds a secret.

It runs the adapter over the plain weights, as it was trained; knows nothing of training.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.plain_weights import plain_weights
from engine.quiet import quiet_libraries
from engine.templates import PromptEncoder
from finetune.canaries import Planted, exposure, secrets

IGNORED = -100
AT_ONCE = 50
"""prompts that are continued together"""
ROOM = 12
"""tokens beyond a planted answer"""
ALTERNATIVES = 127
"""random secrets in each one's place: exposure goes up to 7 bits"""


@dataclass(frozen=True, slots=True)
class Way:
    """How a canary is asked for."""

    name: str
    prefix: bool
    """whether the answer is begun, up to the secret; else the model is shown the row's prompt alone"""
    temperature: float
    draws: int


WAYS = (
    Way("the prompt, temperature 0", False, 0.0, 1),
    Way("the prompt, temperature 1", False, 1.0, 4),
    Way("the prompt and the answer so far, temperature 0", True, 0.0, 1),
    Way("the prompt and the answer so far, temperature 1", True, 1.0, 4),
)


class Probe:
    """A model folder with an adapter over it."""

    def __init__(self, folder: Path, adapter: Path, seed: int = 1) -> None:
        import torch
        from peft import PeftModel
        from transformers import AutoModelForCausalLM

        self._encoder = PromptEncoder(folder)
        self._chance = random.Random(seed)
        torch.manual_seed(seed)
        with quiet_libraries():
            base = AutoModelForCausalLM.from_pretrained(
                plain_weights(folder), dtype=torch.bfloat16, attn_implementation="sdpa", local_files_only=True
            )
            self._model: Any = PeftModel.from_pretrained(base, adapter, autocast_adapter_dtype=False).eval()

    def written(self, planted: Sequence[Planted], way: Way) -> list[str]:
        """What the model writes for each of them, `way.draws` times."""
        prompts = [self._ids(one, one.prefix if way.prefix else "") for one in planted]
        longest = max(
            len(self._ids(one, one.example.answer)) - len(ids) for one, ids in zip(planted, prompts, strict=True)
        )
        asked = [prompt for prompt in prompts for _ in range(way.draws)]
        texts: list[str] = []
        for at in range(0, len(asked), AT_ONCE):
            texts += self._continued(asked[at : at + AT_ONCE], longest + ROOM, way.temperature)
        return texts

    def exposures(self, planted: Sequence[Planted]) -> list[float]:
        """Of each one's secret among random ones, in bits."""
        return [self._exposure(one) for one in planted]

    def _exposure(self, one: Planted) -> float:
        written = [one.canary.secret, *secrets(ALTERNATIVES, self._chance)]
        own, *others = continuation_losses(self._model, [self._ids(one, one.answer_with(secret)) for secret in written])
        return exposure(own, others)

    def _ids(self, one: Planted, answer: str) -> list[int]:
        prompt = self._encoder.encode(one.example.messages, one.example.prefill)
        return [*prompt, *self._encoder.tokenizer.encode(answer, add_special_tokens=False).ids]

    def _continued(self, prompts: Sequence[Sequence[int]], tokens: int, temperature: float) -> list[str]:
        import torch

        longest, end = max(map(len, prompts)), self._encoder.end_tokens
        gaps = [longest - len(prompt) for prompt in prompts]
        rows = list(zip(prompts, gaps, strict=True))
        # top_k 0: transformers would otherwise draw from the fifty likeliest tokens alone
        sampling = {"do_sample": True, "temperature": temperature, "top_k": 0, "top_p": 1.0} if temperature else {}
        with torch.inference_mode(), quiet_libraries():
            written = self._model.generate(
                input_ids=torch.tensor([[end[0]] * gap + list(prompt) for prompt, gap in rows]),
                attention_mask=torch.tensor([[0] * gap + [1] * len(prompt) for prompt, gap in rows]),
                max_new_tokens=tokens,
                eos_token_id=list(end),
                pad_token_id=end[0],
                **(sampling or {"do_sample": False}),
            )
        return [self._encoder.tokenizer.decode(row) for row in written[:, longest:].tolist()]


def continuation_losses(model: Any, sequences: Sequence[Sequence[int]]) -> list[float]:
    """Nats of each sequence's token ids after the beginning that all share, which is read once."""
    import torch
    from torch.nn.functional import cross_entropy
    from transformers import DynamicCache

    columns = enumerate(zip(*sequences, strict=False))
    shared = next(at for at, column in columns if len(set(column)) > 1) - 1
    tails = [list(one[shared:]) for one in sequences]
    longest = max(map(len, tails))
    read = torch.tensor([tail + [0] * (longest - len(tail)) for tail in tails])
    wanted = torch.tensor([tail[1:] + [IGNORED] * (longest - len(tail)) for tail in tails])
    with torch.inference_mode():
        cache = DynamicCache()
        model(input_ids=torch.tensor([list(sequences[0][:shared])]), past_key_values=cache, logits_to_keep=1)
        cache.batch_repeat_interleave(len(tails))
        logits = model(input_ids=read, past_key_values=cache).logits[:, :-1].float()
        each = cross_entropy(logits.transpose(1, 2), wanted, ignore_index=IGNORED, reduction="none")
    losses: list[float] = each.sum(dim=1).tolist()
    return losses
