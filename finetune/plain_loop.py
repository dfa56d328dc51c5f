"""The peer of our trainer: the loop that one writes over peft and AdamW on a first afternoon.

The same rows in the same batch of examples a step, the same LoRA; but each example is a row of its own, padded to the
longest beside it, and the model's own loss meets the whole vocabulary at every token of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.quiet import quiet_libraries
from finetune.encoding import Encoded
from finetune.recipe import Lora, Training
from finetune.taking_turns import Turns
from finetune.training import lora_config

if TYPE_CHECKING:
    import torch

ROWS_AT_ONCE = 8
"""transformers' default batch of a device; gradients of several batches make one step"""
IGNORED = -100


def plain_loop(folder: Path, rows: Sequence[Encoded], lora: Lora, training: Training, steps: int, turns: Turns) -> None:
    """`steps` optimiser steps over all `rows`, on the weights in `folder`; each step is a round."""
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = _adapted(folder, lora, training).to(device)
    optimiser = torch.optim.AdamW((one for one in model.parameters() if one.requires_grad), training.learning_rate)
    for _ in range(steps):
        turns.begin()
        for at in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[at : at + ROWS_AT_ONCE]
            batch = {name: tensor.to(device) for name, tensor in padded(some).items()}
            (model(**batch).loss * len(some) / len(rows)).backward()
        optimiser.step()
        optimiser.zero_grad()
        turns.end()
    turns.finish()


def padded(rows: Sequence[Encoded]) -> dict[str, torch.Tensor]:
    """`input_ids`, `attention_mask` and `labels`, each (rows, longest), padding on the right."""
    import torch

    longest = max(len(row.ids) for row in rows)
    gaps = [longest - len(row.ids) for row in rows]
    pairs = list(zip(rows, gaps, strict=True))
    read = [(len(row.ids) - row.answer) * [IGNORED] + list(row.ids[-row.answer :]) for row in rows]
    return {
        "input_ids": torch.tensor([[*row.ids, *[0] * gap] for row, gap in pairs]),
        "attention_mask": torch.tensor([[1] * len(row.ids) + [0] * gap for row, gap in pairs]),
        "labels": torch.tensor([[*labels, *[IGNORED] * gap] for labels, gap in zip(read, gaps, strict=True)]),
    }


def _adapted(folder: Path, lora: Lora, training: Training) -> Any:
    import torch
    from peft import get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(training.seed)
    with quiet_libraries():
        base = AutoModelForCausalLM.from_pretrained(
            folder, dtype=getattr(torch, training.precision), attn_implementation="sdpa", local_files_only=True
        )
        base.config.use_cache = False
        return get_peft_model(base, lora_config(lora)).train()
