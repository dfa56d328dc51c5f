"""The word index of one collection on disk, beside the embedded Chroma.

An index is written whole into a new folder and then pointed at, so that a reader in another process never sees half
of one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from retrieval.word_index import EMPTY, WordIndex, build_index, digest_of, load_index


class LexicalIndex:
    """`Words` in a folder, opened when first asked."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._pointer = folder / f"{name}.json"
        self._name = name
        self._opened = EMPTY

    def rebuild(self, ids: Sequence[str], texts: Sequence[str]) -> bool:
        """Make the index equal to these passages; False where it already is."""
        digest = digest_of(ids, texts)
        if digest == self._pointed():
            return False
        new = self._folder / f"{self._name}.{digest}"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        build_index(digest, ids, texts).save(new)
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

    def current(self) -> WordIndex:
        """The index that is pointed at; read again where it was replaced, by us or by another process."""
        digest = self._pointed()
        if digest != self._opened.digest:
            try:
                self._opened = self._read(digest) if digest else EMPTY
            except FileNotFoundError:
                # Replaced between the pointer and the folder; the new one is complete.
                self._opened = self._read(self._pointed())
        return self._opened

    def _read(self, digest: str) -> WordIndex:
        return load_index(digest, self._folder / f"{self._name}.{digest}")

    def _pointed(self) -> str:
        return str(json.loads(self._pointer.read_text("utf-8"))["digest"]) if self._pointer.is_file() else ""
