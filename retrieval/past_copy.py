"""Copy that was accepted before, found again for a similar product: the best examples a copywriter can be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.shop import Product
from retrieval.ingest import text_hash
from retrieval.vectors import Row, VectorShelf

if TYPE_CHECKING:
    from engine.protocol import Embedder

OVER_FETCH = 8
SAME_SEGMENT = 0.05
SAME_PRODUCT = 0.05
"""cosines of e5 lie within some 0.15 of each other, so this much moves a text past most of its neighbours"""


@dataclass(frozen=True, slots=True)
class PastCopy:
    """An accepted text and the paper trail that it came from."""

    generation_key: str
    product_id: str
    segment: str
    language: str
    text: str
    score: float


class PastCopyShelf:
    """Accepted copy, one collection a language."""

    def __init__(self, vectors: VectorShelf, embedder: Embedder) -> None:
        self._vectors = vectors
        self._embedder = embedder

    def remember(self, generation_key: str, product_id: str, segment: str, text: str, language: str) -> None:
        """Keep an accepted text. The same text for the same product and segment is kept once."""
        collection = self._vectors.open(_name(language), self._embedder.name)
        key = text_hash("\0".join((product_id, segment, text)), self._embedder.name)
        if collection.vectors([key]):
            return
        metadata = {"generation": generation_key, "product": product_id, "segment": segment}
        collection.put([Row(key, text, metadata)], self._embedder.embed([text], "passage"))

    def best(self, product: Product, segment: str, language: str, count: int) -> list[PastCopy]:
        """Texts for the most similar products, those for this segment or this very product preferred."""
        collection = self._vectors.find(_name(language), self._embedder.name)
        if collection is None:
            return []
        about = " ".join((product.named(language), *product.category, product.described(language)[:200]))
        near = {
            found.id: found.score
            for found in collection.near(self._embedder.embed([about], "query")[0], OVER_FETCH * count)
        }
        rated = [_rated(row, near[row.id], product.id, segment, language) for row in collection.rows(list(near))]
        return sorted(rated, key=lambda copy: (-copy.score, copy.text))[:count]

    def forget_product(self, product_id: str, language: str) -> None:
        """Drop what was written for a product that is gone."""
        collection = self._vectors.find(_name(language), self._embedder.name)
        if collection is not None:
            collection.delete([row.id for row in collection.rows() if row.metadata["product"] == product_id])


def _name(language: str) -> str:
    return f"copy.{language.lower()}"


def _rated(row: Row, cosine: float, product_id: str, segment: str, language: str) -> PastCopy:
    kept_for, written_for = str(row.metadata["product"]), str(row.metadata["segment"])
    score = cosine + SAME_SEGMENT * (written_for == segment) + SAME_PRODUCT * (kept_for == product_id)
    return PastCopy(str(row.metadata["generation"]), kept_for, written_for, language, row.text, score)
