"""The models of a home, each read once a version: what serves many requests keeps one shelf."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insight.predicting.kept import CURRENT, Kept, current, kept, load
from insight.predicting.model import ScoreModel


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A model, with what its question asks."""

    model: ScoreModel
    kept: Kept

    @property
    def question(self) -> dict[str, Any]:
        """`asked`: purchase, churn, response or table, and what belongs to it."""
        return dict(self.kept.about.get("question", {}))


class Shelf:
    """Thread-safe. A model trained or updated meanwhile is taken at its next use."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._ready: dict[str, Ready] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> Ready:
        """The current version of `name`. Raises `NotFound` where there is none."""
        with self._lock:
            held = self._ready.get(name)
            if held is None or held.kept.folder.name != self._current(held):
                found = current(self.home, name)
                held = self._ready[name] = Ready(load(found), found)
            return held

    def names(self, *asked: str) -> list[str]:
        """Of the models that ask one of `asked`; all where none is said."""
        found = [(one.about["name"], one.about.get("question", {}).get("asked")) for one in kept(self.home)]
        return [name for name, question in found if not asked or question in asked]

    def _current(self, held: Ready) -> str:
        try:
            return (held.kept.folder.parent / CURRENT).read_text(encoding="utf-8").strip()
        except OSError:
            return ""
