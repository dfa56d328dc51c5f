"""Where GGUF puts what transformers calls by other names, and what it stores differently.

Source: llama.cpp's convert_hf_to_gguf.py. Names come from the `gguf` package's own table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import HawkerError, UserError
from engine.gguf_header import GgufHeader

Floats = NDArray[np.float32]
ARCHITECTURES = frozenset({"llama", "qwen2", "qwen3", "gemma3"})
"""as `general.architecture` names them"""
_SUFFIX = ".weight"
_QUERY_OR_KEY = re.compile(r"\.self_attn\.([qk])_proj\.weight$")


@dataclass(frozen=True, slots=True)
class Layout:
    """How one network lies in a GGUF."""

    header: GgufHeader
    names: Callable[[str], str | None]
    """a tensor's name without `.weight`, as in transformers -> as in GGUF"""

    def stored(self, name: str, weight: Floats) -> tuple[str, Floats]:
        """Name and values in GGUF of a tensor of transformers. Raises `HawkerError` where GGUF has no place for it."""
        placed = self.names(name.removesuffix(_SUFFIX)) if name.endswith(_SUFFIX) else None
        if placed is None:
            raise HawkerError(f"GGUF has no place for {name} in a network of kind {self.header.architecture}")
        return placed + _SUFFIX, _values(self.header, name, weight)


def layout_of(header: GgufHeader) -> Layout:
    """Raises `UserError` for a network whose conversion is not known here."""
    import gguf

    known = {name: arch for arch, name in gguf.MODEL_ARCH_NAMES.items()}
    if header.architecture not in ARCHITECTURES:
        raise UserError("--format", "gguf", f"safetensors: GGUF is written of {', '.join(sorted(ARCHITECTURES))} only")
    table = gguf.get_tensor_name_map(known[header.architecture], header.layers)
    return Layout(header, table.get_name)


def _values(header: GgufHeader, name: str, weight: Floats) -> Floats:
    projection = _QUERY_OR_KEY.search(name)
    if header.architecture == "llama" and projection is not None:
        return in_pairs(weight, header.heads if projection[1] == "q" else header.key_value_heads)
    if header.architecture == "gemma3" and name.endswith("norm.weight"):
        return weight + np.float32(1)  # transformers scales by 1 + w, llama.cpp by w
    return weight


def in_pairs(weight: Floats, heads: int) -> Floats:
    """Rows (out, in) of Llama's q or k, in halves for PyTorch's rotation, as the pairs that llama.cpp rotates."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)
