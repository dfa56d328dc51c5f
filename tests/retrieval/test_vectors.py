"""Collections of any size: reading and deleting go in parts, for Chroma fails on too many records at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval import vectors
from retrieval.vectors import Row, VectorShelf


def test_all_records_are_read_and_deleted_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "PAGE", 40)
    monkeypatch.setattr(vectors, "BATCH", 30)
    shelf = VectorShelf(tmp_path)
    collection = shelf.open("parts", "e")
    made = np.random.default_rng(0).normal(size=(101, 8)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    rows = [Row(f"r{number}", f"text {number}", {"n": number}) for number in range(101)]
    collection.put(rows, made)
    assert {row.id: row for row in collection.rows()} == {row.id: row for row in rows}
    stored = collection.vectors([row.id for row in rows])
    assert np.allclose(np.stack([stored[row.id] for row in rows]), made)
    assert [near.id for near in collection.near(made[7], 1)] == ["r7"]
    collection.delete([row.id for row in rows[:80]])
    assert sorted(row.metadata["n"] for row in collection.rows()) == list(range(80, 101))
    assert collection.rows([]) == []
    shelf.close()
