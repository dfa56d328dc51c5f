"""Vectors kept between runs of an evaluation: one npz per set of texts under the home, found by what it was made of."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from engine.protocol import Embedder

PORTION = 2000
"""texts embedded and kept at a time, so that a run that is cut short goes on where it stood"""


class CachedEmbedder:
    """An `engine.protocol.Embedder` that remembers on disk; float16, whose rounding is far below a vector's noise."""

    def __init__(self, true: Embedder, folder: Path) -> None:
        self._true, self._folder = true, folder

    @property
    def name(self) -> str:
        return self._true.name

    @property
    def dimension(self) -> int:
        return self._true.dimension

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        """(n, dimension), in the order of `texts`."""
        portions = [texts[start : start + PORTION] for start in range(0, len(texts), PORTION)]
        rows = [self._portion(portion, kind) for portion in portions]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimension), np.float32)

    def _portion(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        key = hashlib.sha256("\x1f".join((self.name, kind, *texts)).encode()).hexdigest()
        path = self._folder / f"{key[:32]}.npz"
        kept = _read(path, len(texts))
        if kept is None:
            kept = self._true.embed(texts, kind).astype(np.float16)
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part.npz")
            np.savez(part, vectors=kept)
            part.replace(path)
        return kept.astype(np.float32)


def _read(path: Path, rows: int) -> NDArray[np.float16] | None:
    """None where the file is missing, damaged or of another length."""
    try:
        with np.load(path) as file:
            vectors: NDArray[np.float16] = file["vectors"]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return vectors if len(vectors) == rows else None
