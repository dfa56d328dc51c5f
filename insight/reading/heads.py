"""A head: two small linear layers, over a text's embedding and over its words, that give an honest probability.

A head is one safetensors file (weights, bias, classes, temperature, the embedder it was made for; the words' part only
where they help) with a card in Markdown beside it. Here it is only read and applied, with NumPy alone;
`insight.reading.training` makes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import CorruptWeights, UserError
from insight.reading.calibration import softmax
from insight.reading.lexicon import Lexicon

BUNDLED = Path(__file__).parent / "weights"
"""the heads that come with Hawker"""
FORMAT = "hawker-head-2"
WITHOUT_WORDS = "hawker-head-1"
"""an older head: embeddings alone, and read as such"""
STRANGE = "out_of_scope"
"""the class of what is none of the shop's business, where a head has learnt one"""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The part of a head that reads words."""

    lexicon: Lexicon
    weights: NDArray[np.float32]
    """(classes, buckets)"""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """softmax((x W' + words V' + b) / T) over `classes`.

    The temperature T is fitted on held-out rows so that confidence means accuracy (`insight.reading.calibration`).
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
    words: Words | None = None
    """None where the embedding alone reads as well"""

    def logits(self, vectors: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) and the n texts that they embed -> (n, classes), before the temperature."""
        found = vectors @ self.weights.T + self.bias
        if self.words is not None:
            for row, text in enumerate(texts):
                buckets, values = self.words.lexicon.row(text)
                found[row] += self.words.weights[:, buckets] @ values
        return found

    def probabilities(self, vectors: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, classes), rows that sum to 1."""
        return np.asarray(softmax(self.logits(vectors, texts), self.temperature), np.float32)


def strangeness(classes: Sequence[str], probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, classes) -> (n): how little each text belongs to any class but `out_of_scope`; the higher, the stranger.

    A head that learnt that class weighs it against the likeliest other, in log odds; one that did not is judged by how
    unsure it is (Hendrycks and Gimpel 2017, arXiv:1610.02136), the log odds against its likeliest class.
    """
    known = [column for column, name in enumerate(classes) if name != STRANGE]
    likeliest = probabilities[:, known].max(axis=1)
    strange = probabilities[:, classes.index(STRANGE)] if STRANGE in classes else 1 - likeliest
    return np.asarray(np.log(strange + 1e-9) - np.log(likeliest + 1e-9), np.float32)


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
    if head.words is not None:
        tensors["words"] = np.ascontiguousarray(head.words.weights, np.float16)
        tensors["rarity"] = np.asarray(head.words.lexicon.rarity, np.float16)
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
            names: list[str] = file.keys()
            tensors = {name: file.get_tensor(name) for name in names}
        head = _head(about, tensors)
    except (SafetensorError, KeyError, ValueError) as error:
        raise CorruptWeights(f"{path} is not a head that Hawker can read ({error}); train it again") from error
    if about.get("format") not in (FORMAT, WITHOUT_WORDS) or not _fits(head):
        raise CorruptWeights(f"{path} is not a {FORMAT} file; train it again")
    return head


def _head(about: dict[str, str], tensors: dict[str, NDArray[np.float32]]) -> Head:
    words = None
    if "words" in tensors:
        words = Words(Lexicon(tensors["rarity"].astype(np.float32)), tensors["words"].astype(np.float32))
    return Head(
        name=about["name"],
        classes=tuple(json.loads(about["classes"])),
        weights=tensors["weights"],
        bias=tensors["bias"],
        temperature=float(about["temperature"]),
        embedder=about["embedder"],
        words=words,
    )


def _fits(head: Head) -> bool:
    """Do the shapes belong together?"""
    classes = len(head.classes)
    reads_words = head.words is None or head.words.weights.shape == (classes, len(head.words.lexicon.rarity))
    return head.weights.shape == (classes, head.weights.shape[-1]) and head.bias.shape == (classes,) and reads_words
