"""The benchmark's pages: one passage each, none equal, with vectors as crowded as real ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evals.retrieval_corpus import PageEmbedder, base_sentences, pages
from retrieval.shelving import document_records


class Dice:
    name, dimension = "dice", 32

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        rows = np.stack([np.random.default_rng(len(text)).normal(size=32) for text in texts])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_pages_are_distinct_and_repeatable() -> None:
    made = pages(300)
    assert made == pages(300)
    records = document_records(made)["knowledge.en.customer"]
    assert len(records) == len({record.embedded_text for record in records}) == 300
    assert len(base_sentences()) > 150


def test_vectors_are_near_their_sentences_but_not_equal() -> None:
    embedder = PageEmbedder(Dice())
    one, two = base_sentences()[:2]
    vectors = embedder.embed([f"Page 1\n{one}", f"Page 2\n{one}", f"Page 3\n{two} {one}"], "passage")
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert 0.7 < float(vectors[0] @ vectors[1]) < 0.99
    assert np.allclose(
        vectors, PageEmbedder(Dice()).embed([f"Page 1\n{one}", f"Page 2\n{one}", f"Page 3\n{two} {one}"], "passage")
    )
