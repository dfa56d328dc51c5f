"""The lexical half of search: BM25 (bm25s) over stemmed words and Chinese bigrams, kept on disk beside Chroma.

An index is written whole into a new folder and then pointed at, so that a reader in another process never sees half
of one. It knows ids and words only; what a passage says is read from Chroma.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors import Near
from retrieval.words import index_words


@dataclass(frozen=True, slots=True)
class _Opened:
    """One index in memory, replaced whole, so that threads never mix two."""

    digest: str
    ids: tuple[str, ...]
    model: Any
    """None where no passage has a word"""

    def token(self, word: str) -> int | None:
        return None if self.model is None else self.model.vocab_dict.get(word)


_EMPTY = _Opened("", (), None)


class LexicalIndex:
    """BM25 over one collection of passages, opened when first asked."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._pointer = folder / f"{name}.json"
        self._name = name
        self._opened = _EMPTY

    def rebuild(self, ids: Sequence[str], texts: Sequence[str]) -> bool:
        """Make the index equal to these passages; False where it already is."""
        digest = hashlib.sha256("\0".join([*ids, *texts]).encode()).hexdigest()[:24]
        if digest == self._pointed():
            return False
        new = self._folder / f"{self._name}.{digest}"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        words = [index_words(text) for text in texts]
        if any(words):
            _build(words).save(new)
        (new / "ids.json").write_text(json.dumps(list(ids)), "utf-8")
        draft = self._pointer.with_suffix(".new")
        draft.write_text(json.dumps({"digest": digest}), "utf-8")
        draft.replace(self._pointer)
        for old in self._folder.glob(f"{self._name}.*"):
            if old.is_dir() and old != new:
                shutil.rmtree(old, ignore_errors=True)
        return True

    def clear(self) -> None:
        """Delete the index and its files."""
        self._pointer.unlink(missing_ok=True)
        for old in self._folder.glob(f"{self._name}.*"):
            shutil.rmtree(old, ignore_errors=True)

    def search(self, query: str, count: int) -> list[Near]:
        """The best passages by BM25, best first; only passages that share a word with the query."""
        opened = self._current()
        known = [word for word in index_words(query) if opened.token(word) is not None]
        if not known:
            return []
        scores = np.asarray(opened.model.get_scores(known))
        best = np.argpartition(-scores, min(count, len(scores)) - 1)[:count]
        best = best[np.argsort(-scores[best], kind="stable")]
        return [Near(opened.ids[row], float(scores[row])) for row in best if scores[row] > 0]

    def rarity(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Inverse document frequency of each word, ln(1 + (n - df + 0.5) / (df + 0.5)), shape (len(words),)."""
        opened = self._current()
        frequencies = np.array([_frequency(opened, word) for word in words], dtype=np.float64)
        count = max(len(opened.ids), 1)
        return np.log1p((count - frequencies + 0.5) / (frequencies + 0.5))

    def _current(self) -> _Opened:
        """The index that is pointed at; read again where it was replaced, by us or by another process."""
        digest = self._pointed()
        if digest != self._opened.digest:
            try:
                self._opened = self._read(digest) if digest else _EMPTY
            except FileNotFoundError:
                # Replaced between the pointer and the folder; the new one is complete.
                self._opened = self._read(self._pointed())
        return self._opened

    def _read(self, digest: str) -> _Opened:
        folder = self._folder / f"{self._name}.{digest}"
        ids = json.loads((folder / "ids.json").read_text("utf-8"))
        return _Opened(digest, tuple(ids), _load(folder) if any(folder.glob("*.npy")) else None)

    def _pointed(self) -> str:
        return str(json.loads(self._pointer.read_text("utf-8"))["digest"]) if self._pointer.is_file() else ""


def _frequency(opened: _Opened, word: str) -> int:
    """In how many passages a word stands: the length of its column in bm25s's sparse matrix."""
    token = opened.token(word)
    if token is None:
        return 0
    starts = opened.model.scores["indptr"]
    return int(starts[token + 1] - starts[token])


def _build(words: list[list[str]]) -> Any:
    model = _bm25s().BM25(method="lucene", k1=1.2, b=0.75)
    model.index(words, show_progress=False, leave_progress=False)
    return model


def _load(folder: Path) -> Any:
    return _bm25s().BM25.load(folder, mmap=False, load_corpus=False)


def _bm25s() -> Any:
    import bm25s

    # It sets its own logger to debug, whatever the program's level is.
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return bm25s
