"""Two ways to turn texts into vectors: a compiled graph on a CPU, sentence-transformers on a GPU or for any model.

Both take texts as they are (prefixes are `engine.embedding`'s business) and return unit vectors in the given order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.quiet import quiet_libraries

GRAPH = Path("openvino") / "encoder.xml"
"""the compiled form of an embedding model, below its folder"""
BATCH_TOKENS = 4096
"""padded tokens of one step: enough to keep the matrix units busy, little enough to stay in cache"""


class Encoder(Protocol):
    """Used by one thread at a time."""

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of shape (len(texts), dimension)."""


class CompiledEncoder:
    """An IR made by `engine.encoder_export`, run by OpenVINO at the CPU's own precision (bfloat16 with AMX).

    The same graph at the same precision serves a query and a bulk of passages, so that their vectors agree.
    """

    def __init__(self, graph: Path, tokenizer: Path, max_tokens: int, threads: int | None = None) -> None:
        import openvino
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()
        options: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
        if threads is not None:
            options["INFERENCE_NUM_THREADS"] = threads
        self._run = openvino.Core().compile_model(graph, "CPU", options)
        self._dimension = self._run.output(0).get_partial_shape()[1].get_length()

    @property
    def dimension(self) -> int:
        return int(self._dimension)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        vectors = np.empty((len(ids), self.dimension), np.float32)
        for rows in length_batches([len(row) for row in ids]):
            vectors[rows] = self._run(padded([ids[row] for row in rows]))[0]
        return normalised(vectors)


class SentenceEncoder:
    """sentence-transformers over a folder: any model of its kind, on any device."""

    def __init__(self, folder: Path, device: str, dtype: Any) -> None:
        from sentence_transformers import SentenceTransformer

        with quiet_libraries():
            self.model = SentenceTransformer(
                str(folder),
                device=device,
                model_kwargs={"dtype": dtype, "use_safetensors": True},
                local_files_only=True,
                trust_remote_code=False,
            )

    @property
    def dimension(self) -> int:
        return int(self.model.get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        return int(self.model.max_seq_length)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        vectors = self.model.encode(list(texts), prompt="", batch_size=64, show_progress_bar=False)
        return normalised(np.asarray(vectors, np.float32))


def length_batches(lengths: Sequence[int], budget: int = BATCH_TOKENS) -> Iterator[list[int]]:
    """Row numbers, longest first, in batches whose padded size stays within `budget` tokens (one row at least)."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > budget:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def padded(rows: Sequence[Sequence[int]]) -> list[NDArray[np.int64]]:
    """Token ids as a rectangle and the mask of what is not padding, both (rows, longest row).

    Padding is id 1, XLM-RoBERTa's; which id it is makes no difference where the mask is 0.
    """
    ids = np.ones((len(rows), max(map(len, rows))), np.int64)
    mask = np.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return [ids, mask]


def normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit


def max_tokens_of(folder: Path) -> int:
    """The longest text that the model of a sentence-transformers folder reads, in tokens."""
    path = folder / "sentence_bert_config.json"
    length = json.loads(path.read_text(encoding="utf-8")).get("max_seq_length") if path.is_file() else None
    return int(length or 512)
