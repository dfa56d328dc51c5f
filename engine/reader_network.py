"""The page reader as a network: a small encoder reads question and page together, a head judges each sentence.

What it is trained as and what is compiled for serving are this one class. Weights: e5-small's own, and of ours what
training added: low-rank changes of the encoder's matrices, and the head.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.reader_layout import FIRST

HEAD_WIDTH = 128
CHANGED = ("query", "key", "value", "dense")
"""last names of the matrices that training changes"""
DOWN, UP, HEAD = "lora_A", "lora_B", "head."


class ReaderNetwork(nn.Module):
    """`encoder`: a BERT without its pooler, of `width` numbers a token."""

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Sequential(nn.Linear(3 * width, HEAD_WIDTH), nn.GELU(), nn.Linear(HEAD_WIDTH, 1))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, owners: torch.Tensor, places: torch.Tensor
    ) -> torch.Tensor:
        """Ids, mask and owners of shape (rows, tokens), `places` the owners asked about, 0 to the most sentences of a
        row: logits (rows, most sentences), of which those past a row's own sentences mean nothing.
        """
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        held = (owners[:, None, :] == places[None, :, None]).to(hidden.dtype)
        means = held @ hidden / held.sum(dim=-1, keepdim=True).clamp(min=1.0)
        means = nn.functional.layer_norm(means, means.shape[-1:])
        said, asked = means[:, FIRST:], means[:, :FIRST].expand(-1, means.shape[1] - FIRST, -1)
        judged: torch.Tensor = self.head(torch.cat([said, said * asked, (said - asked).abs()], dim=-1))
        return judged.squeeze(-1)


def bare_network(base: Path) -> ReaderNetwork:
    """The encoder of the e5 folder `base` in float32 under a head that has learned nothing."""
    from transformers import BertModel

    encoder = BertModel.from_pretrained(
        base,
        add_pooling_layer=False,
        dtype=torch.float32,
        local_files_only=True,
        # what dropout keeps for the way back takes a CPU five times the time and memory; two epochs do without it
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=0.0,
    )
    return ReaderNetwork(encoder, encoder.config.hidden_size)


def add_learned(network: ReaderNetwork, learned: Mapping[str, torch.Tensor], scale: float) -> None:
    """Add to a bare `network` what training made: `scale` times up @ down to each changed matrix, and the head.

    Raises `KeyError` for a matrix that the encoder lacks.
    """
    weights: dict[str, Any] = dict(network.encoder.named_parameters())
    with torch.no_grad():
        for name, down in learned.items():
            if name.endswith(DOWN):
                matrix = name.removesuffix(f".{DOWN}")
                up = learned[f"{matrix}.{UP}"]
                weights[f"{matrix}.weight"] += scale * (up.float() @ down.float())
    head = {name.removeprefix(HEAD): tensor.float() for name, tensor in learned.items() if name.startswith(HEAD)}
    network.head.load_state_dict(head)
