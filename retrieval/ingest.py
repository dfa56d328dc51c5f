"""Making a collection equal to what is given, at the least cost: what is unchanged is not embedded again.

A record carries the hash of its embedded text and the embedder's name. A hash already in the collection lends its
vector, wherever the text has moved to; equal new texts are embedded once. A run that was cut short is continued by the
next, for each batch is written as soon as it is embedded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.vectors import Row, VectorCollection

if TYPE_CHECKING:
    from engine.protocol import Embedder

EMBED_BATCH = 256
HASH = "hash"

Progress = Callable[[int, int], None]
"""called with (texts embedded, texts to embed)"""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run did: texts embedded, records that stood already, records taken out."""

    embedded: int = 0
    unchanged: int = 0
    deleted: int = 0

    def __add__(self, other: IngestReport) -> IngestReport:
        return IngestReport(
            self.embedded + other.embedded, self.unchanged + other.unchanged, self.deleted + other.deleted
        )


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it should stand, and the text that its vector is made from."""

    row: Row
    embedded_text: str


def text_hash(text: str, embedder: str) -> str:
    """96 bits over the text and the name of what embeds it, in hex."""
    return hashlib.sha256(f"{embedder}\0{text}".encode()).hexdigest()[:24]


def synchronise(
    collection: VectorCollection, records: Sequence[Record], embedder: Embedder, progress: Progress | None = None
) -> IngestReport:
    """Make `collection` hold exactly `records`. Ids must be unique."""
    wanted = {record.row.id: _hashed(record, embedder.name) for record in records}
    standing = {row.id: row for row in collection.rows()}
    changed = [record for key, record in wanted.items() if not _same(standing.get(key), record.row)]
    owners = {str(row.metadata[HASH]): row.id for row in standing.values()}
    moved = [record for record in changed if record.row.metadata[HASH] in owners]
    new = [record for record in changed if record.row.metadata[HASH] not in owners]
    _move(collection, moved, owners)
    embedded = _embed(collection, new, embedder, progress)
    gone = sorted(standing.keys() - wanted.keys())
    collection.delete(gone)
    return IngestReport(embedded=embedded, unchanged=len(wanted) - len(new), deleted=len(gone))


def _hashed(record: Record, embedder: str) -> Record:
    metadata = {**record.row.metadata, HASH: text_hash(record.embedded_text, embedder)}
    return Record(Row(record.row.id, record.row.text, metadata), record.embedded_text)


def _same(standing: Row | None, wanted: Row) -> bool:
    return standing is not None and standing.text == wanted.text and standing.metadata == wanted.metadata


def _move(collection: VectorCollection, records: Sequence[Record], owners: dict[str, str]) -> None:
    """Write records whose vectors are in the collection already, under this id or another."""
    if not records:
        return
    keys = [owners[str(record.row.metadata[HASH])] for record in records]
    vectors = collection.vectors(sorted(set(keys)))
    collection.put([record.row for record in records], np.stack([vectors[key] for key in keys]))


def _embed(
    collection: VectorCollection, records: Sequence[Record], embedder: Embedder, progress: Progress | None
) -> int:
    by_text: dict[str, list[Record]] = {}
    for record in records:
        by_text.setdefault(record.embedded_text, []).append(record)
    done = 0
    for texts in _batches(list(by_text), EMBED_BATCH):
        vectors = embedder.embed(texts, "passage")
        pairs = [(record.row, vector) for text, vector in zip(texts, vectors, strict=True) for record in by_text[text]]
        collection.put([row for row, _ in pairs], np.stack([vector for _, vector in pairs]))
        done += len(texts)
        if progress:
            progress(done, len(by_text))
    return done


def _batches(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for begin in range(0, len(texts), size):
        yield texts[begin : begin + size]
