"""What a customer does again and again, and how they felt over time: the small parts of a profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a customer's doings was of one kind, e.g. in the evening, or by e-mail."""

    name: str
    count: int
    share: float
    """of all that could be told apart, 0..1"""


@dataclass(frozen=True, slots=True)
class Mood:
    """How a customer felt in one month."""

    month: str
    """`2026-05`, UTC"""
    source: Literal["reviews", "chats"]
    value: float
    """mean, -1 (negative) to 1 (positive)"""
    count: int
    """of texts"""
