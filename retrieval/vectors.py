"""The dense half of search: collections of vectors in Chroma. Nothing but this and `retrieval.chroma` knows Chroma.

Vectors are always our own; Chroma never embeds. A collection is searched whole: filtered HNSW search loses recall as
the filter narrows, so what must be told apart (language, audience) lies in collections apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from retrieval.chroma import ChromaServer, asked, open_chroma

BATCH = 2_000
"""records written in one call; Chroma's own limit is 5,461"""

PAGE = 10_000
"""records read in one call; Chroma fails above some 32,000 («too many SQL variables»)"""

HNSW: Mapping[str, object] = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
"""recall@10 of 1.00 at 20,000 vectors against exact search, for 2 ms a query"""

STAMP = "stamp"

Scalar = str | int | float | bool
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """One stored record; `metadata` holds scalars only, as Chroma can."""

    id: str
    text: str
    metadata: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Near:
    """A neighbour and how near it is: the cosine with the query, or BM25 where words were searched."""

    id: str
    score: float


class VectorShelf:
    """The collections in one folder or on a server. Opening it imports Chroma, which takes most of a second."""

    def __init__(self, place: Path | ChromaServer) -> None:
        self._client = open_chroma(place)

    @asked
    def check(self) -> None:
        """Raises `ChromaAway` where a server does not answer."""
        self._client.heartbeat()

    @asked
    def names(self) -> list[str]:
        return sorted(collection.name for collection in self._client.list_collections())

    @asked
    def open(self, name: str, embedder: str) -> VectorCollection:
        """The collection `name`, made if need be. One whose vectors another embedder made is emptied first."""
        found = self._get(name)
        if found is not None and _embedder_of(found) == embedder:
            return VectorCollection(found)
        if found is not None:
            self.drop(name)
        made = self._client.create_collection(
            name, embedding_function=None, metadata={"embedder": embedder}, configuration={"hnsw": dict(HNSW)}
        )
        return VectorCollection(made)

    def find(self, name: str, embedder: str) -> VectorCollection | None:
        """The collection `name` for reading, or None. Raises `UserError` if another embedder made its vectors."""
        found = self._get(name)
        if found is not None and _embedder_of(found) != embedder:
            fix = "load the shop again, or set HAWKER_EMBEDDER back"
            raise UserError("embedder", embedder, f"{_embedder_of(found)}, which made the vectors of {name}", fix)
        return None if found is None else VectorCollection(found)

    @asked
    def drop(self, name: str) -> None:
        self._client.delete_collection(name)

    def close(self) -> None:
        self._client.close()

    @asked
    def _get(self, name: str) -> Any:
        from chromadb.errors import NotFoundError

        try:
            return self._client.get_collection(name, embedding_function=None)
        except NotFoundError:
            return None


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(ids), BATCH):
        yield ids[begin : begin + BATCH]


def _embedder_of(collection: Any) -> str:
    return str((collection.metadata or {}).get("embedder", ""))


class VectorCollection:
    """One collection, addressed by record id."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    @asked
    def __len__(self) -> int:
        return int(self._collection.count())

    @property
    def stamp(self) -> str:
        """What `set_stamp` said last, as of when the collection was found; empty where it never did."""
        return str((self._collection.metadata or {}).get(STAMP, ""))

    @asked
    def set_stamp(self, stamp: str) -> None:
        """Tell all who find the collection from here on."""
        self._collection.modify(metadata={**self._collection.metadata, STAMP: stamp})

    @asked
    def rows(self, ids: Sequence[str] | None = None) -> list[Row]:
        """The records of `ids` (all by default), in no order; unknown ids are left out."""
        if ids is None:
            pages: list[dict[str, Any]] = [{"offset": at, "limit": PAGE} for at in range(0, len(self), PAGE)]
        else:
            pages = [{"ids": list(part)} for part in _parts(ids)]
        rows = []
        for page in pages:
            got = self._collection.get(**page, include=["documents", "metadatas"])
            for key, text, metadata in zip(got["ids"], got["documents"], got["metadatas"], strict=True):
                rows.append(Row(key, text or "", metadata or {}))
        return rows

    @asked
    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """id -> vector of shape (dimension,), for those of `ids` that exist."""
        found: dict[str, Vectors] = {}
        for part in _parts(ids):
            got = self._collection.get(ids=list(part), include=["embeddings"])
            found |= {key: np.asarray(row, np.float32) for key, row in zip(got["ids"], got["embeddings"], strict=True)}
        return found

    @asked
    def put(self, rows: Sequence[Row], vectors: Vectors) -> None:
        """Write records with their vectors, shape (len(rows), dimension); those of equal id are replaced."""
        for begin in range(0, len(rows), BATCH):
            part = rows[begin : begin + BATCH]
            self._collection.upsert(
                ids=[row.id for row in part],
                embeddings=vectors[begin : begin + BATCH],
                documents=[row.text for row in part],
                metadatas=[dict(row.metadata) for row in part],
            )

    @asked
    def delete(self, ids: Sequence[str]) -> None:
        for part in _parts(ids):
            self._collection.delete(ids=list(part))

    @asked
    def near(self, vector: Vectors, count: int) -> list[Near]:
        """The nearest records to `vector` (shape (dimension,)), nearest first."""
        count = min(count, len(self))
        if count == 0:
            return []
        got = self._collection.query(query_embeddings=[vector], n_results=count, include=["distances"])
        return [Near(key, 1.0 - float(far)) for key, far in zip(got["ids"][0], got["distances"][0], strict=True)]
