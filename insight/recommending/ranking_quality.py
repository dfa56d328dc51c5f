"""How good ranked lists are: NDCG and recall at k, how much of the catalogue is shown, and how sure we are of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
SEED = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the bounds between which 95 % of bootstrap resamples lie."""

    mean: float
    low: float
    high: float


def ndcg(shown: Sequence[str], taken: Set[str], k: int = 10) -> float:
    """Normalised discounted cumulative gain, each item taken counting 1 (Järvelin and Kekäläinen 2002)."""
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gains = sum(discounts[place] for place, item in enumerate(shown[:k]) if item in taken)
    return float(gains / discounts[: min(k, len(taken))].sum()) if taken else 0.0


def recall(shown: Sequence[str], taken: Set[str], k: int = 10) -> float:
    """Items taken that were shown, of those that k places could have shown."""
    return len(taken & set(shown[:k])) / min(k, len(taken)) if taken else 0.0


def coverage(lists: Mapping[str, Sequence[str]], items: int, k: int = 10) -> float:
    """Share of the catalogue's `items` that stands on anybody's list."""
    return len({item for shown in lists.values() for item in shown[:k]}) / items if items else 0.0


def bootstrap(values: Sequence[float]) -> Interval:
    """Of the mean over people, by the percentile method."""
    means = _resampled(np.asarray(values))
    return Interval(float(np.mean(values)), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975)))


def bootstrap_ratio(values: Sequence[float], baseline: Sequence[float]) -> Interval:
    """Of the ratio of two means over the same people, who are resampled together."""
    ours, theirs = np.asarray(values), np.asarray(baseline)
    ratios = _resampled(ours) / np.maximum(_resampled(theirs), 1e-12)
    ratio = float(ours.mean() / max(theirs.mean(), 1e-12))
    return Interval(ratio, float(np.quantile(ratios, 0.025)), float(np.quantile(ratios, 0.975)))


def _resampled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of `RESAMPLES` resamples, the same rows for arrays of the same length."""
    rng = np.random.default_rng(SEED)
    return np.asarray([values[rng.integers(0, len(values), len(values))].mean() for _ in range(RESAMPLES)])
