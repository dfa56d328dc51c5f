"""The embedder that the other rooms see: installed model + its prefixes + the quickest way to run it here."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import CorruptWeights, UserError
from core.settings import Settings
from engine.encoder import GRAPH, CompiledEncoder, Encoder, SentenceEncoder, max_tokens_of
from engine.shelf import require_model

E5_PREFIXES = {"query": "query: ", "passage": "passage: "}


class LocalEmbedder:
    """An `engine.protocol.Embedder`. The model is loaded by the first call that needs it; calls take turns."""

    def __init__(self, name: str, folder: Path, threads: int | None = None) -> None:
        self._name, self._folder, self._threads = name, folder, threads
        self._prefixes = prefixes_of(name, folder)
        self._encoder: Encoder | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        with self._lock:
            return self._loaded().dimension

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        prefix = self._prefixes.get(kind, "")
        with self._lock:
            return self._loaded().encode([prefix + text for text in texts])

    def _loaded(self) -> Encoder:
        if self._encoder is None:
            try:
                self._encoder = load_encoder(self._folder, self._threads)
            except Exception as error:  # tokenizers raises nothing narrower
                reason = " ".join(str(error).split())[:160]
                raise CorruptWeights(
                    f"embedder {self._name} cannot be loaded from {self._folder} ({reason}); "
                    f"run: hawker models verify {self._name}"
                ) from error
        return self._encoder


def open_embedder(settings: Settings) -> LocalEmbedder:
    """The embedder named by the settings. Raises `ModelMissing`, or `UserError` where the model is no embedder."""
    folder = require_model(settings, settings.embedder)
    if not (folder / "modules.json").is_file():
        raise UserError("setting embedder", settings.embedder, "a sentence-transformers model", "try e5-small")
    return LocalEmbedder(settings.embedder, folder, settings.threads)


def load_encoder(folder: Path, threads: int | None = None) -> Encoder:
    """A GPU takes sentence-transformers in bfloat16; a CPU the compiled graph where the pull made one."""
    graph = folder / GRAPH
    if graph.is_file() and not _has_gpu():
        return CompiledEncoder(graph, folder / "tokenizer.json", max_tokens_of(folder), threads)
    import torch

    gpu = torch.cuda.is_available()
    return SentenceEncoder(folder, "cuda" if gpu else "cpu", torch.bfloat16 if gpu else torch.float32)


def prefixes_of(name: str, folder: Path) -> Mapping[str, str]:
    """What the model wants written before a query and a passage, from its own configuration; e5 always wants them."""
    path = folder / "config_sentence_transformers.json"
    prompts = json.loads(path.read_text(encoding="utf-8")).get("prompts", {}) if path.is_file() else {}
    if prompts.get("query"):
        return {"query": prompts["query"], "passage": prompts.get("passage") or prompts.get("document") or ""}
    return E5_PREFIXES if "e5" in name.lower().split("/")[-1].replace("-", " ").split() else {}


def _has_gpu() -> bool:
    """Is there a CUDA device? Asked of the driver's files first: importing PyTorch takes a second."""
    if not any(Path("/dev").glob("nvidia[0-9]*")) and not Path("/dev/dxg").exists():
        return False
    import torch

    return torch.cuda.is_available()
