"""A key-value cache of left-padded rows that grows in place, loses finished rows and takes new ones.

transformers' own dynamic cache copies itself at every token; this one copies itself once per `SPARE` tokens.
Shapes: keys and values (rows, heads, length, head size), one pair a layer.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers.cache_utils import Cache, DynamicLayer

SPARE = 64


class GrowingLayer(DynamicLayer):  # type: ignore[misc]
    """`keys` and `values` are views of rooms that are longer than what is in use."""

    keys: torch.Tensor
    values: torch.Tensor

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        self.keys = self._append("key_room", self.keys, key_states)
        self.values = self._append("value_room", self.values, value_states)
        return self.keys, self.values

    def _append(self, name: str, used: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
        length = used.shape[-2] if used.numel() else 0
        end = length + new.shape[-2]
        room = getattr(self, name, None)
        if room is None or room.data_ptr() != used.data_ptr() or room.shape[-2] < end:
            rows, heads, _, size = new.shape
            room = new.new_empty(rows, heads, end + SPARE, size)
            if length:
                room[..., :length, :] = used
            setattr(self, name, room)
        room[..., length:end, :] = new
        return room[..., :end, :]


def new_cache() -> Cache:
    """An empty cache. Sliding-window layers keep everything too: the mask hides what is out of their window."""
    return Cache(layer_class_to_replicate=GrowingLayer)


def keep_rows(cache: Cache, rows: torch.Tensor, start: int) -> None:
    """Keep only `rows`, and of them only what stands from column `start` on."""
    for layer in cache.layers:
        layer.keys = layer.keys[rows.to(layer.keys.device), :, start:]
        layer.values = layer.values[rows.to(layer.values.device), :, start:]


def join_rows(cache: Cache, other: Cache) -> None:
    """Put the rows of `other` below those of `cache`; the shorter one is padded on its left."""
    for ours, theirs in zip(cache.layers, other.layers, strict=True):
        ours.keys = torch.cat(_aligned(ours.keys, theirs.keys))
        ours.values = torch.cat(_aligned(ours.values, theirs.values))


def _aligned(first: torch.Tensor, second: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    length = max(first.shape[-2], second.shape[-2])
    return pad_left(first, length, dim=-2), pad_left(second, length, dim=-2)


def pad_left(tensor: torch.Tensor, length: int, dim: int) -> torch.Tensor:
    """Zeros before `tensor` along `dim`, up to `length`."""
    missing = length - tensor.shape[dim]
    if missing == 0:
        return tensor
    shape = list(tensor.shape)
    shape[dim] = missing
    return torch.cat([tensor.new_zeros(shape), tensor], dim=dim)
