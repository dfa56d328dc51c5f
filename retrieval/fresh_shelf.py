"""Building a collection in a process of its own, so that nothing but what it is given can reach its files.

Chroma's index writes memory to disk that it has reserved and not yet used. In a process that has held an erased
customer's vector, that memory may still carry it (a test caught this); a new process has never seen it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from core.errors import HawkerError
from retrieval.vectors import Row, Vectors, VectorShelf


def build_apart(folder: Path, name: str, embedder: str, vectors: Mapping[str, Vectors]) -> None:
    """Make a shelf in `folder` with one collection of these vectors, by id. Takes a second or two."""
    worker = multiprocessing.get_context("spawn").Process(target=_build, args=(folder, name, embedder, dict(vectors)))
    worker.start()
    worker.join()
    if worker.exitcode != 0:
        raise HawkerError(f"the collection {name} could not be rebuilt in {folder}; nothing was erased, try again")


def _build(folder: Path, name: str, embedder: str, vectors: Mapping[str, Vectors]) -> None:
    shelf = VectorShelf(folder)
    collection = shelf.open(name, embedder)
    if vectors:
        collection.put([Row(key, "", {"kind": name}) for key in vectors], np.stack(list(vectors.values())))
    shelf.close()
