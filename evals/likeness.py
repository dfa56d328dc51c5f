"""How alike texts are: shared runs of letters, as a share of all that either has (Jaccard over character 4-grams)."""

from __future__ import annotations

import re
from collections.abc import Sequence

GRAM = 4
TOO_ALIKE = 0.6
"""likeness from which on one text is the other said again"""
TOKEN = re.compile(r"[\u4e00-\u9fff]|[\w{}'’-]+")


def grams(text: str) -> frozenset[str]:
    """All runs of `GRAM` letters, digits, Han characters or single spaces, case folded."""
    plain = " ".join(re.findall(r"[\w{}]+", text.casefold()))
    return frozenset(plain[at : at + GRAM] for at in range(max(1, len(plain) - GRAM + 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """0 for texts without a common run, 1 for equal ones."""
    return len(one & other) / len(one | other) if one or other else 0.0


def distinct(texts: Sequence[str], size: int) -> float:
    """Distinct-n (Li et al. 2016, arXiv:1510.03055): different runs of `size` words, or Han characters, among all."""
    runs = [run for text in texts for run in _runs(text, size)]
    return len(set(runs)) / len(runs) if runs else 0.0


def _runs(text: str, size: int) -> list[tuple[str, ...]]:
    tokens = TOKEN.findall(text.casefold())
    return [tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1)]
