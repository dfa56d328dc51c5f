"""How much of the held-out shops one run looks at: everything, or a fixed part of it in a few minutes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.language import LANGUAGES

T = TypeVar("T")

QUICK_PRODUCTS = 4
FULL_PRODUCTS_MAILED = 8
QUICK_QUESTIONS = 1 / 3
"""share of a shop's questions"""
PHRASINGS = 4
"""of each question in a full run, for pass^4"""


@dataclass(frozen=True, slots=True)
class Plan:
    """`seeds`: draws of each order and context, and phrasings of each question; None for the usual number.

    `learned` are the texts that the adapters in question were trained on, to see what is but repeated.
    """

    quick: bool = False
    seeds: int | None = None
    learned: tuple[str, ...] = ()
    languages: tuple[str, ...] = LANGUAGES
    """those of them that an installed model speaks are looked at"""
    say: Callable[[str], None] = lambda stage: None

    @property
    def draws(self) -> int:
        """Seeds of each order and context."""
        return self.seeds or 1

    @property
    def phrasings(self) -> int:
        """Of each question, the first one as it was written."""
        return self.seeds or (1 if self.quick else PHRASINGS)

    def products(self, everything: Sequence[T], most: int | None = None) -> list[T]:
        """The products that a suite looks at: evenly spread, the same in every run."""
        return spread(everything, QUICK_PRODUCTS if self.quick else min(most or len(everything), len(everything)))

    def questions(self, everything: Sequence[T]) -> list[T]:
        """The questions that the support suite asks."""
        return spread(everything, round(len(everything) * QUICK_QUESTIONS)) if self.quick else list(everything)


def spread(everything: Sequence[T], count: int) -> list[T]:
    """`count` of `everything` at even distances, in their order.

    >>> spread("abcdefgh", 4)
    ['a', 'c', 'e', 'g']
    """
    count = min(count, len(everything))
    return [everything[at * len(everything) // count] for at in range(count)]
