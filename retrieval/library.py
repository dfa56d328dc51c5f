"""The shelves of passages and products: filling them, and searching them by vector and by word at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.fusion import fuse
from retrieval.ingest import IngestReport, Progress, synchronise
from retrieval.shelving import SENTENCE_MARK, Shelves, sentence_records, sentence_shelf
from retrieval.vectors import Near, Row, VectorCollection, Vectors, VectorShelf
from retrieval.word_index import Words

if TYPE_CHECKING:
    from engine.protocol import Embedder

KNOWLEDGE, PRODUCTS = "knowledge.", "products."
"""how the names of the collections begin"""

DEPTH = 20
"""how many passages each of the searches offers to the fusion"""

WEIGHTS = (1.0, 2.0, 1.0)
"""of passages, of single sentences, of words: on our own questions 0.89 of answers first and all among the first four,
against 0.85 by passages alone, 0.75 by words alone"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found. A cosine is NaN where the vectors did not find it, `bm25` is 0 where words did not."""

    row: Row
    score: float
    """of the fusion"""
    cosine: float
    """of the passage"""
    sentence_cosine: float
    """of its nearest single sentence"""
    sentence: int | None
    """which sentence of the passage that is; None where the passage is but one"""
    bm25: float


@dataclass(frozen=True, slots=True)
class Look:
    """What one collection has to offer: nearest passages, nearest sentences, best by words."""

    collection: VectorCollection
    passages: Sequence[Near]
    sentences: Sequence[Near]
    words: Sequence[Near]
    split: bool
    """whether single sentences were searched as well"""

    def among(self, keys: Iterable[str]) -> list[str]:
        """Those of `keys` that this collection offered."""
        offered = {_passage_of(near.id) for ranking in (self.passages, self.sentences, self.words) for near in ranking}
        return [key for key in keys if key in offered]


class PassageLibrary:
    """Collections of passages with their word indexes. Safe to use from several threads."""

    def __init__(self, vectors: VectorShelf, open_words: Callable[[str], Words], embedder: Embedder) -> None:
        """`open_words` gives the word index of a collection by its name."""
        self._vectors = vectors
        self._open_words = open_words
        self._embedder = embedder
        self._lexical: dict[str, Words] = {}
        self._writing = threading.Lock()

    def names(self, prefix: str) -> list[str]:
        """The collections whose name begins with `prefix` and that hold anything."""
        return [name for name in self._vectors.names() if name.startswith(prefix)]

    def make_equal(self, prefix: str, shelves: Shelves, progress: Progress | None = None) -> IngestReport:
        """Make all collections under `prefix` hold exactly `shelves`; those not named there are dropped.

        The report counts passages, and among `embedded` also single sentences.
        """
        with self._writing:
            report = self._fill(prefix, shelves, progress)
            for name, records in shelves.items():
                ordered = sorted(records, key=lambda record: record.row.id)
                ids, texts = [record.row.id for record in ordered], [record.embedded_text for record in ordered]
                self._words(name).rebuild(ids, texts)
            if prefix == KNOWLEDGE:
                split = self._fill(sentence_shelf(prefix), sentence_records(shelves), progress)
                report = replace(report, embedded=report.embedded + split.embedded)
        return report

    def _fill(self, prefix: str, shelves: Shelves, progress: Progress | None) -> IngestReport:
        report = IngestReport()
        for name in sorted({*self.names(prefix), *shelves}):
            records = shelves.get(name, [])
            collection = self._vectors.open(name, self._embedder.name)
            report += synchronise(collection, records, self._embedder, progress)
            if not records:
                self._vectors.drop(name)
                self._words(name).clear()
        return report

    def search(self, names: Iterable[str], query: str, depth: int = DEPTH) -> list[Candidate]:
        """Candidates from all collections `names`, fused, best first."""
        return self.search_vector(names, query, self._embedder.embed([query], "query")[0], depth)

    def search_vector(self, names: Iterable[str], query: str, vector: Vectors, depth: int = DEPTH) -> list[Candidate]:
        """As `search`, for a query that is embedded already."""
        looks = [look for name in names if (look := self._look(name, query, vector, depth))]
        passages = _merged([look.passages for look in looks], depth)
        nearest = _merged([look.sentences for look in looks], depth)
        words = _merged([look.words for look in looks], depth)
        if any(look.split for look in looks):
            by_sentence = list(dict.fromkeys(_passage_of(key) for key in nearest))
            fused = fuse([list(passages), by_sentence, list(words)], WEIGHTS)
        else:
            fused = fuse([list(passages), list(words)])
        rows = {row.id: row for look in looks for row in look.collection.rows(look.among(key for key, _ in fused))}
        best = {_passage_of(key): key for key in reversed(nearest)}
        return [
            Candidate(
                row=rows[key],
                score=score,
                cosine=passages.get(key, np.nan),
                sentence_cosine=nearest[best[key]] if key in best else np.nan,
                sentence=_number_of(best[key]) if key in best else None,
                bm25=words.get(key, 0.0),
            )
            for key, score in fused
            if key in rows
        ]

    def _look(self, name: str, query: str, vector: Vectors, depth: int) -> Look | None:
        collection = self._vectors.find(name, self._embedder.name)
        if collection is None:
            return None
        passages = collection.near(vector, depth)
        split = self._vectors.find(sentence_shelf(name), self._embedder.name)
        # A passage of one sentence has no record among the sentences: it stands there for itself.
        single = [*passages, *(split.near(vector, 2 * depth) if split else ())]
        return Look(collection, passages, single, self._words(name).current().search(query, depth), split is not None)

    def rarity(self, names: Sequence[str], words: Sequence[str]) -> list[float]:
        """Inverse document frequency of each word where it is most frequent among the collections `names`."""
        if not names or not words:
            return [0.0] * len(words)
        return [float(value) for value in np.min([self._words(name).current().rarity(words) for name in names], axis=0)]

    def _words(self, name: str) -> Words:
        return self._lexical.setdefault(name, self._open_words(name))


def _merged(rankings: Sequence[Sequence[Near]], depth: int) -> dict[str, float]:
    """id -> score of the best of several collections, best first."""
    best = sorted((near for ranking in rankings for near in ranking), key=lambda near: -near.score)
    return {near.id: near.score for near in best[:depth]}


def _passage_of(key: str) -> str:
    return key.rpartition(SENTENCE_MARK)[0] or key


def _number_of(key: str) -> int | None:
    passage, _, number = key.rpartition(SENTENCE_MARK)
    return int(number) if passage else None
