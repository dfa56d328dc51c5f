"""What those who count are told of the work inside the rooms: numbers and names of models, never a text of anyone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.generation import Finish, GenerationResult


@dataclass(frozen=True, slots=True)
class Load:
    """Requests that a model has now: those of which it writes, and those whose first token has not come."""

    running: int = 0
    waiting: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(self.running + other.running, self.waiting + other.waiting)


@dataclass(frozen=True, slots=True)
class Written:
    """One request that a model is done with, however it ended."""

    model: str
    finish: Finish
    prompt_tokens: int
    new_tokens: int
    first_token_seconds: float
    """from when the model was handed the request to its first token; 0 where none came"""
    seconds: float

    @classmethod
    def of(cls, model: str, result: GenerationResult) -> Written:
        """What may be told of a result: all but its words."""
        return cls(
            model=model,
            finish=result.finish,
            prompt_tokens=result.prompt_tokens,
            new_tokens=result.new_tokens,
            first_token_seconds=result.first_token_seconds,
            seconds=result.seconds,
        )


@dataclass(frozen=True, slots=True)
class Observer:
    """Called from whatever thread does the work; must be quick and must not raise. By default nobody listens."""

    written: Callable[[Written], None] = lambda written: None
    looked_up: Callable[[bool], None] = lambda found: None
    """a text was looked for among those generated before, and found or not"""


NOBODY = Observer()
