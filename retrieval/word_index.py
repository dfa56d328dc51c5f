"""BM25 (bm25s) over one collection of passages, in memory: stemmed words and Chinese bigrams.

An index is never changed but made anew and put in the place of the old one, so that threads never mix two. It knows ids
and words only; what a passage says is read from Chroma.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors import Near
from retrieval.words import index_words


class Words(Protocol):
    """The word index of one collection, wherever it is kept. Safe to use from several threads."""

    def rebuild(self, ids: Sequence[str], texts: Sequence[str]) -> bool:
        """Make it equal to these passages; False where it already is."""
        ...

    def clear(self) -> None:
        """The collection is gone."""
        ...

    def current(self) -> WordIndex:
        """The index of what the collection holds now, whoever wrote it."""
        ...


@dataclass(frozen=True, slots=True)
class WordIndex:
    """One index; `digest` is that of the passages it was made from."""

    digest: str
    ids: tuple[str, ...]
    model: Any
    """None where no passage has a word"""

    def search(self, query: str, count: int) -> list[Near]:
        """The best passages by BM25, best first; only passages that share a word with the query."""
        known = [word for word in index_words(query) if self._token(word) is not None]
        if not known:
            return []
        scores = np.asarray(self.model.get_scores(known))
        best = np.argpartition(-scores, min(count, len(scores)) - 1)[:count]
        best = best[np.argsort(-scores[best], kind="stable")]
        return [Near(self.ids[row], float(scores[row])) for row in best if scores[row] > 0]

    def rarity(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Inverse document frequency of each word, ln(1 + (n - df + 0.5) / (df + 0.5)), shape (len(words),)."""
        frequencies = np.array([self._frequency(word) for word in words], dtype=np.float64)
        count = max(len(self.ids), 1)
        return np.log1p((count - frequencies + 0.5) / (frequencies + 0.5))

    def save(self, folder: Path) -> None:
        """Write it into `folder`, which is empty."""
        if self.model is not None:
            self.model.save(folder)
        (folder / "ids.json").write_text(json.dumps(self.ids), "utf-8")

    def _token(self, word: str) -> int | None:
        return None if self.model is None else self.model.vocab_dict.get(word)

    def _frequency(self, word: str) -> int:
        """In how many passages a word stands: the length of its column in bm25s's sparse matrix."""
        token = self._token(word)
        if token is None:
            return 0
        starts = self.model.scores["indptr"]
        return int(starts[token + 1] - starts[token])


EMPTY = WordIndex("", (), None)


def digest_of(ids: Sequence[str], texts: Sequence[str]) -> str:
    """96 bits over passages, in hex."""
    return hashlib.sha256("\0".join([*ids, *texts]).encode()).hexdigest()[:24]


def build_index(digest: str, ids: Sequence[str], texts: Sequence[str]) -> WordIndex:
    """The index of these passages."""
    words, model = [index_words(text) for text in texts], None
    if any(words):
        model = _bm25s().BM25(method="lucene", k1=1.2, b=0.75)
        model.index(words, show_progress=False, leave_progress=False)
    return WordIndex(digest, tuple(ids), model)


def load_index(digest: str, folder: Path) -> WordIndex:
    """What `WordIndex.save` wrote. Raises `FileNotFoundError`."""
    ids = json.loads((folder / "ids.json").read_text("utf-8"))
    model = _bm25s().BM25.load(folder, mmap=False, load_corpus=False) if any(folder.glob("*.npy")) else None
    return WordIndex(digest, tuple(ids), model)


def _bm25s() -> Any:
    import bm25s

    # It sets its own logger to debug, whatever the program's level is.
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return bm25s
