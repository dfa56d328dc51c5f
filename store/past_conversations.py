"""Conversations that another desk had before us, as they are handed to the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PastTurn:
    """Either text may be empty: a question nobody answered, an answer nobody asked for."""

    question: str
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PastConversation:
    """`id` is its own program's; the store gives it another one, which nobody can guess."""

    id: str
    customer_id: str | None
    language: str
    started: datetime
    turns: tuple[PastTurn, ...]
