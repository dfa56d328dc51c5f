"""The loss over an answer's tokens alone: only their rows meet the vocabulary.

The vocabulary's matrix product and its float32 log-softmax are a third of a training step of a small model; four tokens
in five are the prompt's and need neither. Rows go through in chunks, recomputed for the gradient, so that no more than
one chunk's logits are in memory.
"""

from __future__ import annotations

import functools
from types import MethodType
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from torch.utils.checkpoint import checkpoint
from transformers import Trainer
from transformers.modeling_outputs import CausalLMOutput
from trl.trainer.sft_trainer import SFTTrainer

CHUNK = 128
"""rows whose logits are in memory at once"""
IGNORED = -100


def lose_over_answers(model: Any) -> None:
    """Let `model(labels=...)`, a transformers causal language model, compute its loss so; in place, before PEFT."""
    plain_forward = model.forward

    @functools.wraps(type(model).forward)
    def forward(self: Any, *args: Any, labels: Any = None, num_items_in_batch: Any = None, **kwargs: Any) -> Any:
        if labels is None:
            return plain_forward(*args, **kwargs)
        hidden = self.base_model(*args, **{**kwargs, "use_cache": False}).last_hidden_state[:, :-1]
        wanted = labels[:, 1:]
        learned = wanted != IGNORED
        rows, targets = hidden[learned].split(CHUNK), wanted[learned].split(CHUNK)
        # the zero keeps a batch without answers differentiable
        total = hidden.sum() * 0 + sum(_chunk_loss(self, *pair) for pair in zip(rows, targets, strict=True))
        count = learned.sum().clamp(min=1) if num_items_in_batch is None else num_items_in_batch
        return CausalLMOutput(loss=total / count)

    model.forward = MethodType(forward, model)


def _chunk_loss(model: Any, rows: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    def loss(rows: torch.Tensor) -> torch.Tensor:
        return cross_entropy(model.lm_head(rows).float(), targets, reduction="sum")

    return checkpoint(loss, rows, use_reentrant=False) if rows.requires_grad else loss(rows)


class AnswerTrainer(SFTTrainer):
    """TRL's trainer with the loss that the model computes itself; TRL's own scores every position on a CPU."""

    compute_loss = Trainer.compute_loss
