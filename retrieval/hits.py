"""One thing that was found, by id."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """`score` compares within one search only; higher is better."""

    id: str
    score: float
