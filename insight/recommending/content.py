"""What is like the things somebody took, by what is said of the items. It knows an item that nobody ever took.

Where items have texts, their vectors are the shop's embedder's; where they have not, they are drawn from the words of
category and attributes: TF-IDF, turned to 64 dimensions (latent semantic analysis, Deerwester et al. 1990).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight.recommending.factors import mean_taste, unit
from insight.recommending.people import People
from insight.recommending.source import Scores, Tensors

if TYPE_CHECKING:
    from engine.protocol import Embedder

DIMENSIONS = 64
WITH_TEXT = 0.5
"""share of items with a text from which on texts are embedded"""


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """The cosine of an item with the mean of what somebody took."""

    vectors: NDArray[np.float32]
    """(items, dimension), rows of length 1, their common mean taken away"""
    name: str = "content"

    def scores(self, people: People) -> Scores:
        return mean_taste(people, self.vectors) @ self.vectors.T

    def tensors(self) -> Tensors:
        return {"vectors": self.vectors}


def fit_content(items: pl.DataFrame, embedder: Embedder | None) -> Content:
    """Of `items` (`records.ITEM_SCHEMA`), in their order. Without an embedder, texts count as words like others."""
    texts = items["text"].fill_null("").to_list()
    if embedder is not None and np.mean([bool(text) for text in texts]) >= WITH_TEXT:
        vectors = embedder.embed(texts, "passage")
    else:
        vectors = _by_words(items)
    # e5's cosines all lie near 0.8: what is common to all items says nothing of any.
    return Content(unit(np.asarray(vectors - vectors.mean(axis=0), np.float32)))


def _by_words(items: pl.DataFrame) -> NDArray[np.float32]:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    said = [_terms(*row) for row in items.select("category", "text", "attributes").iter_rows()]
    if not any(said):
        return np.zeros((items.height, 1), np.float32)
    terms = TfidfVectorizer(analyzer=lambda terms: terms, sublinear_tf=True).fit_transform(said)
    dimensions = min(DIMENSIONS, terms.shape[1] - 1, items.height - 1)
    if dimensions < 2:
        return np.asarray(terms.todense(), np.float32)
    return np.asarray(TruncatedSVD(dimensions, random_state=0).fit_transform(terms), np.float32)


def _terms(category: str | None, text: str | None, attributes: list[str] | None) -> list[str]:
    """An attribute counts whole and by its words, so that equal values of different attributes are no match."""
    own = ["category=" + category] if category else []
    for attribute in attributes or []:
        own += [attribute, *attribute.lower().partition("=")[2].split()]
    return own + (text or "").lower().split()
