"""Reciprocal rank fusion: one ranking out of several whose scores do not compare.

Cormack, Clarke and Buettcher, 2009: score(d) = sum over rankings of weight / (k + rank(d)).
"""

from __future__ import annotations

from collections.abc import Sequence

RANK_CONSTANT = 5
"""Smaller than the paper's 60: our lists are 20 long, not 1,000, and few passages are read: first ranks count most."""


def fuse(rankings: Sequence[Sequence[str]], weights: Sequence[float] | None = None) -> list[tuple[str, float]]:
    """(id, score) of every id in any ranking, best first; ties stand in the order in which they were first met."""
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + weight / (RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
