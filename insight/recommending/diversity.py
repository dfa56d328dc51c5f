"""A list that is not ten times the same: maximal marginal relevance (Carbonell and Goldstein 1998).

Each place goes to the item with the highest (1 - diversity) x relevance - diversity x likeness to what stands above it.
Items of one category are wholly alike; others are as like as their vectors' cosine, where they have any.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def diversify(relevance: NDArray[np.float32], likeness: NDArray[np.float32], count: int, diversity: float) -> list[int]:
    """Places of at most `count` of the items, in the order in which they should stand.

    `relevance` (items,) is of any scale, `likeness` (items, items) from 0 to 1; `diversity` 0 leaves the order alone.
    """
    scaled = _scaled(relevance)
    left = list(range(len(relevance)))
    chosen: list[int] = []
    nearest = np.zeros(len(relevance), np.float32)
    while left and len(chosen) < count:
        worth = (1 - diversity) * scaled[left] - diversity * nearest[left]
        best = left[int(np.argmax(worth))]
        chosen.append(best)
        left.remove(best)
        nearest = np.maximum(nearest, likeness[:, best])
    return chosen


def likeness_of(categories: Sequence[str | None], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(items, items): 1 within a category, else the cosine of `vectors` (items, dimension), at least 0."""
    names = np.array([name or f"#{place}" for place, name in enumerate(categories)])
    cosine = np.clip(vectors @ vectors.T, 0, 1)
    return np.asarray(np.where(names[:, None] == names[None], 1.0, cosine), np.float32)


def _scaled(relevance: NDArray[np.float32]) -> NDArray[np.float32]:
    """From 0 (the worst) to 1 (the best)."""
    spread = np.ptp(relevance) if len(relevance) else 0.0
    return np.asarray((relevance - relevance.min()) / spread if spread > 0 else np.ones_like(relevance), np.float32)
