"""The shelves of passages and products: filling them, and searching them by vector and by word at once."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.fusion import fuse
from retrieval.ingest import IngestReport, Progress, synchronise
from retrieval.lexical import LexicalIndex
from retrieval.shelving import Shelves
from retrieval.vectors import Near, Row, Vectors, VectorShelf

if TYPE_CHECKING:
    from engine.protocol import Embedder

DEPTH = 20
"""how many passages each of the two searches offers to the fusion"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found. `cosine` is NaN where only words found it, `bm25` 0 where only the vector did."""

    row: Row
    score: float
    """of the fusion"""
    cosine: float
    bm25: float


class PassageLibrary:
    """Collections of passages with their word indexes. Safe to use from several threads."""

    def __init__(self, vectors: VectorShelf, lexical_folder: Path, embedder: Embedder) -> None:
        self._vectors = vectors
        self._folder = lexical_folder
        self._embedder = embedder
        self._lexical: dict[str, LexicalIndex] = {}
        self._writing = threading.Lock()

    def names(self, prefix: str) -> list[str]:
        """The collections whose name begins with `prefix` and that hold anything."""
        return [name for name in self._vectors.names() if name.startswith(prefix)]

    def make_equal(self, prefix: str, shelves: Shelves, progress: Progress | None = None) -> IngestReport:
        """Make all collections under `prefix` hold exactly `shelves`; those not named there are emptied and dropped."""
        report = IngestReport()
        with self._writing:
            for name in sorted({*self.names(prefix), *shelves}):
                records = shelves.get(name, [])
                collection = self._vectors.open(name, self._embedder.name)
                report += synchronise(collection, records, self._embedder, progress)
                ordered = sorted(records, key=lambda record: record.row.id)
                self._words(name).rebuild(
                    [record.row.id for record in ordered], [record.embedded_text for record in ordered]
                )
                if not records:
                    self._vectors.drop(name)
        return report

    def search(self, names: Iterable[str], query: str, depth: int = DEPTH) -> list[Candidate]:
        """Candidates from all collections `names`, fused, best first."""
        return self.search_vector(names, query, self._embedder.embed([query], "query")[0], depth)

    def search_vector(self, names: Iterable[str], query: str, vector: Vectors, depth: int = DEPTH) -> list[Candidate]:
        """As `search`, for a query that is embedded already."""
        dense: list[tuple[str, Near]] = []
        lexical: list[tuple[str, str, float]] = []
        for name in names:
            collection = self._vectors.find(name, self._embedder.name)
            if collection is None:
                continue
            dense += [(name, near) for near in collection.near(vector, depth)]
            lexical += [(name, key, score) for key, score in self._words(name).search(query, depth)]
        dense.sort(key=lambda pair: -pair[1].cosine)
        lexical.sort(key=lambda triple: -triple[2])
        homes = {near.id: name for name, near in dense} | {key: name for name, key, _ in lexical}
        cosines = {near.id: near.cosine for _, near in dense}
        bm25 = {key: score for _, key, score in lexical}
        fused = fuse([list(cosines)[:depth], list(bm25)[:depth]])
        rows = self._rows(homes, [key for key, _ in fused])
        return [
            Candidate(rows[key], score, cosines.get(key, np.nan), bm25.get(key, 0.0))
            for key, score in fused
            if key in rows
        ]

    def rarity(self, names: Sequence[str], words: Sequence[str]) -> list[float]:
        """Inverse document frequency of each word where it is most frequent among the collections `names`."""
        if not names or not words:
            return [0.0] * len(words)
        return [float(value) for value in np.min([self._words(name).rarity(words) for name in names], axis=0)]

    def _rows(self, homes: dict[str, str], keys: Sequence[str]) -> dict[str, Row]:
        rows: dict[str, Row] = {}
        for name in set(homes.values()):
            collection = self._vectors.find(name, self._embedder.name)
            if collection is not None:
                rows |= {row.id: row for row in collection.rows([key for key in keys if homes[key] == name])}
        return rows

    def _words(self, name: str) -> LexicalIndex:
        return self._lexical.setdefault(name, LexicalIndex(self._folder, name))
