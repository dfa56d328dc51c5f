"""Who writes a text: a model by itself, shown worked examples, or through an adapter that was tuned on the task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prompts.library import Prompt, load_prompt

if TYPE_CHECKING:
    from engine.protocol import Engine


@dataclass(frozen=True, slots=True)
class Voice:
    """`adapter` is one that the engine knows by name, or None for the bare model."""

    engine: Engine
    adapter: str | None = None

    @property
    def tuned(self) -> bool:
        return self.adapter is not None

    def prompt(self, name: str, language: str) -> Prompt:
        """The prompt as this voice is asked: a tuned one has learned what the examples would show it."""
        return load_prompt(name, language, bare=self.tuned)
