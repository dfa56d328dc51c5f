"""Who writes a text: a model by itself, shown worked examples, or through an adapter that was tuned on the task."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.generation import Sampling
from prompts.library import Prompt, load_prompt

if TYPE_CHECKING:
    from engine.protocol import Engine


COOLER = 0.6
"""share of a prompt's temperature that a tuned voice is drawn at: it has its own words already, and what a small model
adds by chance goes astray"""


@dataclass(frozen=True, slots=True)
class Voice:
    """`adapter` is one that the engine knows by name, or None for the bare model."""

    engine: Engine
    adapter: str | None = None

    @property
    def tuned(self) -> bool:
        return self.adapter is not None

    @property
    def bare(self) -> Voice:
        """The same model by itself."""
        return replace(self, adapter=None)

    def drawn(self, sampling: Sampling, warmer: float = 0.0) -> Sampling:
        """An ad's sampling as this voice is drawn, `warmer` where many lines of one prompt are wanted."""
        temperature = sampling.temperature + warmer
        return replace(sampling, temperature=temperature * COOLER if self.tuned else temperature)

    def prompt(self, name: str, language: str) -> Prompt:
        """The prompt as this voice is asked: a tuned one has learned what the examples would show it."""
        return load_prompt(name, language, bare=self.tuned)
