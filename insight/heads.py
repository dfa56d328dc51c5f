"""A logistic head: a small linear layer that turns an embedding into a class with an honest probability.

A head is one safetensors file of a few kilobytes (weights, bias, classes, temperature, the embedder it was made for)
with a card in Markdown beside it. Here it is only read and applied, with NumPy alone; `insight.training` makes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import CorruptWeights, UserError

BUNDLED = Path(__file__).parent / "weights"
"""the heads that come with Hawker"""
FORMAT = "hawker-head-1"


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """softmax((x W' + b) / T) over `classes`.

    The temperature T is fitted on held-out folds so that confidence means accuracy (Guo et al. 2017, "On Calibration
    of Modern Neural Networks", arXiv:1706.04599).
    """

    name: str
    classes: tuple[str, ...]
    weights: NDArray[np.float32]
    """(classes, dimension)"""
    bias: NDArray[np.float32]
    """(classes,)"""
    temperature: float
    embedder: str
    """name of the embedder whose vectors it reads; those of another mean nothing to it"""

    def probabilities(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, dimension) -> (n, classes), rows that sum to 1."""
        logits = (vectors @ self.weights.T + self.bias) / self.temperature
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)


def save_head(head: Head, path: Path) -> None:
    """Write `head` as safetensors; what is not a tensor stands in the file's metadata."""
    from safetensors.numpy import save_file

    about = {
        "format": FORMAT,
        "name": head.name,
        "classes": json.dumps(head.classes),
        "temperature": repr(head.temperature),
        "embedder": head.embedder,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    # safetensors writes the buffer as it lies and takes it for row-major; scikit-learn's weights lie column by column.
    tensors = {"weights": np.ascontiguousarray(head.weights), "bias": np.ascontiguousarray(head.bias)}
    save_file(tensors, path, metadata=about)


def load_head(path: Path) -> Head:
    """Read a head.

    Raises `UserError` where there is no such file, `CorruptWeights` where it is not a head.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        fix = f"train it with `hawker insight train {path.stem}`"
        raise UserError("head", path, "a trained head", fix)
    try:
        with safe_open(path, framework="numpy") as file:
            about = file.metadata() or {}
            weights, bias = file.get_tensor("weights"), file.get_tensor("bias")
        head = Head(
            name=about["name"],
            classes=tuple(json.loads(about["classes"])),
            weights=weights,
            bias=bias,
            temperature=float(about["temperature"]),
            embedder=about["embedder"],
        )
    except (SafetensorError, KeyError, ValueError) as error:
        raise CorruptWeights(f"{path} is not a head that Hawker can read ({error}); train it again") from error
    if about.get("format") != FORMAT or weights.shape != (len(head.classes), weights.shape[-1]):
        raise CorruptWeights(f"{path} is not a {FORMAT} file; train it again")
    return head
