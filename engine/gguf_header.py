"""The few plain facts at the head of a GGUF file: architecture, context length, shape of the network.

Source: the GGUF specification (ggml-org/ggml, docs/gguf.md), version 3. The `gguf` package reads the whole
vocabulary first, which costs half a second at each start.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.errors import CorruptWeights

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_LONGEST = 1 << 26  # bytes of one string; more is a damaged length


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """Sizes are in tokens, layers, features."""

    architecture: str
    context_tokens: int
    layers: int
    hidden: int
    feed_forward: int
    heads: int
    key_value_heads: int
    head_size: int


def read_header(path: Path) -> GgufHeader:
    """Read the header of `path`. Raises `CorruptWeights` where it is no GGUF or damaged."""
    try:
        with path.open("rb") as file:
            values = _read_values(file)
        architecture = str(values["general.architecture"])

        def size(key: str, default: int | None = None) -> int:
            value = values.get(f"{architecture}.{key}", default)
            if value is None:
                raise KeyError(key)
            return int(value)

        return GgufHeader(
            architecture=architecture,
            context_tokens=size("context_length"),
            layers=size("block_count"),
            hidden=size("embedding_length"),
            feed_forward=size("feed_forward_length"),
            heads=size("attention.head_count"),
            key_value_heads=size("attention.head_count_kv", size("attention.head_count")),
            head_size=size("attention.key_length", size("embedding_length") // size("attention.head_count")),
        )
    except (OSError, struct.error, KeyError, ValueError) as error:
        raise CorruptWeights(f"{path}: not a readable GGUF file ({error}); pull the model again") from error


def _read_values(file: BinaryIO) -> dict[str, float | str]:
    """Scalars and strings up to the vocabulary, which stands after everything that is wanted here."""
    if file.read(4) != b"GGUF":
        raise ValueError("it does not begin with GGUF")
    _version, _tensors, count = struct.unpack("<IQQ", file.read(20))
    values: dict[str, float | str] = {}
    for _ in range(count):
        key = _string(file)
        if key.startswith("tokenizer."):
            break
        value = _value(file, _number(file, "I"))
        if value is not None:
            values[key] = value
    return values


def _value(file: BinaryIO, kind: int) -> float | str | None:
    if kind == _STRING:
        return _string(file)
    if kind == _ARRAY:
        item_kind, length = _number(file, "I"), _number(file, "Q")
        for _ in range(length):
            _value(file, item_kind)
        return None
    if kind not in _SCALARS:
        raise ValueError(f"value of unknown kind {kind}")
    return _number(file, _SCALARS[kind])


def _string(file: BinaryIO) -> str:
    length = _number(file, "Q")
    if length > _LONGEST:
        raise ValueError("a string without end")
    return file.read(length).decode("utf-8")


def _number(file: BinaryIO, code: str) -> int:
    number: int = struct.unpack("<" + code, file.read(struct.calcsize("<" + code)))[0]
    return number
