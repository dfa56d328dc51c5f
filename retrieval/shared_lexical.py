"""The word index of one collection on a Chroma server: no machine keeps it, each process makes it from the passages.

What keeps processes in step is a stamp on the collection, the digest of its passages. Whoever fills it sets the stamp
last; whoever searches compares it with the index in hand, and makes that anew where another process has been at it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from retrieval.shelving import indexed_text
from retrieval.vectors import VectorCollection, VectorShelf
from retrieval.word_index import EMPTY, WordIndex, build_index, digest_of


class SharedLexicalIndex:
    """`Words` in memory, of a collection on a server."""

    def __init__(self, vectors: VectorShelf, name: str, embedder: str) -> None:
        self._vectors, self._name, self._embedder = vectors, name, embedder
        self._index = EMPTY
        self._making = threading.Lock()

    def rebuild(self, ids: Sequence[str], texts: Sequence[str]) -> bool:
        """Stamp the collection, which holds these passages now; False where it is stamped so already."""
        collection, digest = self._collection(), digest_of(ids, texts)
        if collection is None or collection.stamp == digest:
            return False
        collection.set_stamp(digest)
        return True

    def clear(self) -> None:
        """Nothing to do: the stamp went with the collection."""

    def current(self) -> WordIndex:
        """The index of the collection as it is stamped."""
        collection = self._collection()
        if collection is None:
            return EMPTY
        if collection.stamp != self._index.digest:
            with self._making:
                if collection.stamp != self._index.digest:
                    self._index = _made_from(collection)
        return self._index

    def _collection(self) -> VectorCollection | None:
        return self._vectors.find(self._name, self._embedder)


def _made_from(collection: VectorCollection) -> WordIndex:
    """Of its passages as they are now. Where somebody is filling it, a new stamp follows, and with it a new index."""
    rows = sorted(collection.rows(), key=lambda row: row.id)
    return build_index(collection.stamp, [row.id for row in rows], [indexed_text(row) for row in rows])
