"""Counting: hits of so many, their share with its 95 % interval, and the difference of two runs over the same cases.

A case (an order, a context, a question) is what is drawn; its lines hang together. So a share over cases of several
lines has an interval by resampling the cases, and one over single outcomes has Wilson's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
SEED = 11


@dataclass(frozen=True, slots=True)
class Count:
    """`hits` of `of` in one case."""

    hits: int
    of: int = 1


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, over `cases` cases, and where the true share lies in 95 of 100 draws of as many cases."""

    share: float
    low: float
    high: float
    hits: int
    of: int
    cases: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The second run's share less the first's, over the cases that both have, with its interval."""

    gain: float
    low: float
    high: float
    cases: int


def share_of(counts: Sequence[Count]) -> Share | None:
    """The share over all cases; None where nothing was counted."""
    counted = [count for count in counts if count.of]
    if not counted:
        return None
    hits, of = sum(count.hits for count in counted), sum(count.of for count in counted)
    if all(count.of == 1 for count in counted):
        low, high = wilson(hits, of)
    elif hits in (0, of):
        # Resampling knows no doubt where all cases agree; the cases, not their lines, say how much there is.
        low, high = wilson(len(counted) if hits else 0, len(counted))
    else:
        low, high = _percentiles(_resampled_shares(_arrays(counted), _draws(len(counted))), 0.95)
    share = hits / of
    return Share(share, min(low, share), max(high, share), hits, of, len(counted))


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Wilson's score interval at 95 % (Wilson 1927)."""
    from scipy.stats import binomtest

    interval = binomtest(hits, of).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def difference(pairs: Sequence[tuple[Count, Count]], confidence: float = 0.95) -> Difference | None:
    """Paired by case: percentile bootstrap over the cases (Efron 1979). None where either side counted nothing."""
    if not sum(one.of for one, _ in pairs) or not sum(other.of for _, other in pairs):
        return None
    return mean_difference([pairs], confidence)


def mean_difference(groups: Sequence[Sequence[tuple[Count, Count]]], confidence: float = 0.95) -> Difference:
    """The mean over groups of each one's difference; the cases of every group are resampled among themselves.

    Both sides of every group must have counted something.
    """
    gains = [_resampled_gain(pairs, SEED + at) for at, pairs in enumerate(groups)]
    low, high = _percentiles(np.mean(gains, axis=0), confidence)
    gain = sum(_pooled([two for _, two in pairs]) - _pooled([one for one, _ in pairs]) for pairs in groups)
    return Difference(gain / len(groups), low, high, sum(len(pairs) for pairs in groups))


def _resampled_gain(pairs: Sequence[tuple[Count, Count]], seed: int) -> NDArray[np.float64]:
    """(RESAMPLES,) differences, each over one draw of the cases, the same one for both sides."""
    draws = _draws(len(pairs), seed)
    before, after = (_arrays([pair[side] for pair in pairs]) for side in (0, 1))
    return _resampled_shares(after, draws) - _resampled_shares(before, draws)


def _pooled(counts: Sequence[Count]) -> float:
    return sum(count.hits for count in counts) / sum(count.of for count in counts)


def _arrays(counts: Sequence[Count]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.array([count.hits for count in counts]), np.array([count.of for count in counts])


def _draws(cases: int, seed: int = SEED) -> NDArray[np.int64]:
    """Indices of shape (RESAMPLES, cases), the same at every call, so that a report says the same each time."""
    return np.random.default_rng(seed).integers(0, cases, (RESAMPLES, cases))


def _resampled_shares(
    counted: tuple[NDArray[np.int64], NDArray[np.int64]], draws: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(RESAMPLES,) shares; NaN for a resample in which nothing was counted."""
    hits, of = (array[draws].sum(axis=1).astype(np.float64) for array in counted)
    shares = np.full(len(of), np.nan)
    np.divide(hits, of, out=shares, where=of > 0)
    return shares


def _percentiles(values: NDArray[np.float64], confidence: float) -> tuple[float, float]:
    tail = 50 * (1 - confidence)
    low, high = np.nanpercentile(values, [tail, 100 - tail])
    return float(low), float(high)
