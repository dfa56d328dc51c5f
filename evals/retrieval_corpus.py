"""Twenty thousand passages for the retrieval benchmark, made without the hours that embedding them would take.

A page is two sentences of the calibration shops under a title of its own. Its vector is the sum of its sentences'
true vectors and a seeded direction, so that vectors lie as unevenly as real ones do and no two are equal.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from core.shop import Document
from retrieval.questions import load_questions, shop_documents
from retrieval.sentences import sentences

if TYPE_CHECKING:
    from engine.protocol import Embedder

PAGES = 20_000
OWN_DIRECTION = 0.35
"""length of the seeded direction beside the sum of length 1: pages of equal sentences have a cosine of about 0.9"""


def pages(count: int = PAGES, seed: int = 11) -> list[Document]:
    """`count` English documents of one passage each."""
    drawn = random.Random(seed)
    pool = base_sentences()
    return [
        Document(f"page-{number}", f"Page {number}", " ".join(drawn.sample(pool, 2)), "en") for number in range(count)
    ]


def base_sentences() -> list[str]:
    """Every whole sentence of the English calibration shops, once."""
    shops = dict.fromkeys(question.shop for question in load_questions() if question.language == "en")
    found = [line for shop in shops for document in shop_documents(shop) for line in sentences(document.text)]
    return sorted({" ".join(line.split()) for line in found if line[-1] in ".?!" and "#" not in line})


class PageEmbedder:
    """An `engine.protocol.Embedder` of pages: queries go to the true one, pages are put together from known vectors."""

    def __init__(self, true: Embedder) -> None:
        self._true = true
        self._known: dict[str, NDArray[np.float32]] = {}
        self.name, self.dimension = f"{true.name}-pages", true.dimension

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        if kind == "query":
            return self._true.embed(texts, "query")
        if not self._known:
            pool = base_sentences()
            self._known = dict(zip(pool, self._true.embed(pool, "passage"), strict=True))
        rows = np.stack([self._page(text) for text in texts])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def _page(self, text: str) -> NDArray[np.float64]:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        own = np.random.default_rng(seed).normal(size=self.dimension) / np.sqrt(self.dimension)
        known = [self._known[line] for line in sentences(text.partition("\n")[2]) if line in self._known]
        total = np.sum(known, axis=0) if known else np.zeros(self.dimension)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9) + OWN_DIRECTION * own)
