"""The opened rooms that agents work in: one object made by each edge (command, server, benchmark) and closed by it.

Every room opens at its first use, so that a command pays only for what it touches.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from agent.voice import Voice
from core.observing import NOBODY, Load, Observer
from core.settings import Settings

if TYPE_CHECKING:
    from engine.adapters import Adapters, Installed
    from engine.protocol import Embedder, Engine, PageReader
    from insight.predicting.scoring import CustomerScores
    from insight.reading.readers import Readers
    from retrieval.opening import Retrieval
    from store.opening import Store


class House:
    """Lazily opened rooms over one `Settings`. Thread-safe for opening engines; the rooms guard themselves."""

    def __init__(self, settings: Settings, observer: Observer = NOBODY) -> None:
        """`observer` is told by all rooms what is generated and what was found again."""
        self.settings, self._observer = settings, observer
        self._engines: dict[str, Engine] = {}
        self._adapters: dict[tuple[str, str, str], Installed | None] = {}
        self._lock = threading.Lock()

    @cached_property
    def store(self) -> Store:
        from store.opening import open_store

        return open_store(self.settings, self._observer)

    @cached_property
    def embedder(self) -> Embedder:
        from engine.opening import open_embedder

        return open_embedder(self.settings)

    @cached_property
    def page_reader(self) -> PageReader:
        from engine.opening import open_page_reader

        return open_page_reader(self.settings)

    @cached_property
    def retrieval(self) -> Retrieval:
        from retrieval.opening import open_retrieval

        return open_retrieval(self.settings, self.embedder, lambda: self.store.profiles.all())

    @cached_property
    def readers(self) -> Readers:
        from insight.reading.readers import Readers

        return Readers(self.embedder)

    @cached_property
    def customer_scores(self) -> CustomerScores:
        from insight.predicting.scoring import CustomerScores
        from insight.predicting.shelf import Shelf

        return CustomerScores(self.store, Shelf(self.settings.home))

    def engine(self, language: str) -> Engine:
        """The engine of the installed model that speaks `language`. Raises `ModelMissing` naming the model to pull."""
        from engine.opening import model_speaking

        return self.engine_of(model_speaking(self.settings, language))

    def engine_of(self, name: str) -> Engine:
        """The engine of the installed model called `name`. Raises `ModelMissing` with the command that pulls it."""
        with self._lock:
            if name not in self._engines:
                folders = {one.name: one.folder for one in self.adapters.of(name)}
                self._engines[name] = self._open_engine(name, folders, self._observer)
            return self._engines[name]

    def _open_engine(self, name: str, adapters: Mapping[str, Path], observer: Observer) -> Engine:
        from engine.opening import open_engine

        return open_engine(self.settings, name, adapters, observer)

    def voice(self, task: str, language: str) -> Voice:
        """Who writes `task` (`copy`, `email`, `support`) in `language`: the model that speaks it, through the
        adapter that is live there. Raises as `engine` does, and `UserError` for one that does not fit.
        """
        engine = self.engine(language)
        live = self._live(engine.model, task, language)
        return Voice(engine, live.name if live else None)

    def _live(self, model: str, task: str, language: str) -> Installed | None:
        """The live adapter there, looked up once: a promotion is heard of by the next house."""
        from engine.live_adapter import live_adapter

        place = (model, task, language)
        with self._lock:
            if place not in self._adapters:
                self._adapters[place] = live_adapter(self.settings, self.adapters, *place)
            return self._adapters[place]

    @cached_property
    def adapters(self) -> Adapters:
        from engine.adapters import Adapters

        return Adapters(self.settings)

    @property
    def writers(self) -> int:
        """Engines that share what is asked of one: a batch is cut as large as keeps all of them busy."""
        return 1

    @property
    def load(self) -> Load:
        """Of all engines that are open."""
        return sum((engine.load for engine in list(self._engines.values())), start=Load())

    def stop_engines(self) -> None:
        """End what the engines are writing, and whatever they are asked from here on, with `EngineFailed`."""
        with self._lock:
            for engine in self._engines.values():
                engine.close()

    def close(self) -> None:
        """Stop the engines' processes and release files; rooms that were never opened stay unopened."""
        self.stop_engines()
        self._engines.clear()
        for room in ("retrieval", "store"):
            if room in self.__dict__:
                self.__dict__.pop(room).close()

    def __enter__(self) -> House:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()
