"""The page reader that the desk asks, compiled for a CPU: `open_page_reader`.

Its graph is made once, of the installed e5-small and the weights that ship (`engine/shipped_reader`), by the pull of
e5-small or by whoever opens it first. It runs on the CPU on every machine: a question's pages take it a tenth of a
second.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from numpy.typing import NDArray

from core.settings import Settings
from engine.encoder import length_batches
from engine.protocol import ReadablePage
from engine.reader_layout import NOBODY, Row, lay_out
from engine.shelf import DERIVED, require_model

BASE = "e5-small"
LEARNED = Path(__file__).with_name("shipped_reader") / "reader.safetensors"
GRAPH = "reader.xml"
KEPT = f"{DERIVED}reader-"
"""begins the name of the folder of a graph, which ends in what it was made of"""


class CompiledReader:
    """An `engine.protocol.PageReader` over an IR, compiled when it is made; calls take turns."""

    def __init__(self, graph: Path, tokenizer: Path, threads: int | None = None) -> None:
        import openvino
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        options = {"PERFORMANCE_HINT": "LATENCY", **({"INFERENCE_NUM_THREADS": threads} if threads else {})}
        self._run = openvino.Core().compile_model(graph, "CPU", options)
        self._lock = threading.Lock()

    def read(self, question: str, pages: Sequence[ReadablePage]) -> list[NDArray[np.float32]]:
        rows = [(at, row) for at, page in enumerate(pages) for row in lay_out(self._tokenizer, question, page)]
        logits = [np.full(len(page.sentences), -np.inf, np.float32) for page in pages]
        for batch in length_batches([len(row.ids) for _, row in rows]):
            with self._lock:
                judged = self._run(rectangle([rows[number][1] for number in batch]))[0]
            for number, values in zip(batch, judged, strict=True):
                at, row = rows[number]
                logits[at][row.sentences] = values[: len(row.sentences)]
        return logits


def rectangle(rows: Sequence[Row]) -> list[NDArray[np.int64]]:
    """What the network takes: ids, mask and owners of shape (rows, longest row), and the places asked about."""
    ids = np.ones((len(rows), max(len(row.ids) for row in rows)), np.int64)
    mask, owners = np.zeros_like(ids), np.full_like(ids, NOBODY)
    for at, row in enumerate(rows):
        ids[at, : len(row.ids)] = row.ids
        mask[at, : len(row.ids)] = 1
        owners[at, : len(row.owners)] = row.owners
    return [ids, mask, owners, np.arange(1 + max(len(row.sentences) for row in rows), dtype=np.int64)]


def open_page_reader(settings: Settings) -> CompiledReader:
    """The reader, its graph made where it is not there yet. Raises `ModelMissing` where e5-small is not installed."""
    base = require_model(settings, BASE)
    return CompiledReader(reader_graph(base), base / "tokenizer.json", settings.threads)


def reader_graph(base: Path, learned: Path = LEARNED) -> Path:
    """The IR of `learned` over the e5 folder `base`, below which it is kept: seconds, the first time."""
    from engine.reader_export import export_reader

    folder = base / f"{KEPT}{hashlib.sha256(learned.read_bytes()).hexdigest()[:12]}"
    if not (folder / GRAPH).is_file():
        made = Path(mkdtemp(prefix=f".{folder.name}.", dir=base))
        export_reader(base, learned, made / GRAPH)
        for older in base.glob(f"{KEPT}*"):
            shutil.rmtree(older, ignore_errors=True)
        try:
            made.rename(folder)
        except OSError:  # another process was as quick
            shutil.rmtree(made)
    return folder / GRAPH
