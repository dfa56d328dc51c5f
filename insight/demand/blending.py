"""Which methods speak for a series, and how loudly: by their errors on earlier dates, each series leaning on all.

Combining beats choosing where errors are noisy (Bates & Granger, Operational Research Quarterly 20(4), 1969), and a
series' own few dates are noisy: its error is drawn towards the method's usual one by `PRIOR` dates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from insight.demand.backtest import PastForecasts
from insight.demand.methods import NAIVE
from insight.demand.panel import Days

PRIOR = 4.0
"""earlier dates that the average over all series counts for"""
LEAST_DATES = 3
"""on which a method has answered before it may speak"""
CLOSE = 1.10
"""methods within this of the best one's error speak"""

Weights = NDArray[np.float64]
"""shape (methods, series), of sum 1 over the methods"""


def weigh(past: PastForecasts, origins: NDArray[np.int64]) -> Weights:
    """Weights from the errors at the places `origins`; without any, all methods that were asked speak alike."""
    errors = errors_of(past, origins)
    if errors is None:
        answered: Weights = np.asarray(np.isfinite(past.said).all(axis=(1, 3)), dtype=np.float64)
        answered[past.methods.index(NAIVE)] *= len(past.methods) == 1
        return np.asarray(answered / np.maximum(answered.sum(axis=0), 1))
    close = errors <= CLOSE * np.min(errors, axis=0)
    strength = np.where(close, 1 / np.maximum(errors, 1e-9) ** 2, 0.0)
    return np.asarray(strength / strength.sum(axis=0))


def errors_of(past: PastForecasts, origins: NDArray[np.int64]) -> Weights | None:
    """Each method's error over the naive one's, shape (methods, series); infinite for one that has answered on fewer
    than `LEAST_DATES`, None without dates.

    All are judged on the same dates, those on which each of them answered: a method that wants a year of history would
    be told from the others by what the shop did in the months that it was asked in. An error is that of each day and
    that of the whole: days are mostly chance, and who orders stock needs the sum.
    """
    gap = past.said[:, origins] - past.came[origins]
    off = np.abs(gap).sum(axis=3) + np.abs(gap.sum(axis=3))
    judged = np.isfinite(off).sum(axis=1) >= min(LEAST_DATES, max(len(origins), 1))
    if not judged.any():
        return None
    common = (np.isfinite(off) | ~judged[:, None]).all(axis=0)
    sums = np.where(common, off, 0.0).sum(axis=1)
    ratios = np.where(judged, sums / np.maximum(sums[past.methods.index(NAIVE)], 1e-9), np.nan)
    usual = np.array([np.nanmedian(row) if took.any() else np.inf for row, took in zip(ratios, judged, strict=True)])
    dates = common.sum(axis=0)
    drawn = (dates * ratios + PRIOR * usual[:, None]) / (dates + PRIOR)
    return np.asarray(np.where(judged, drawn, np.inf))


def blend(said: Days, weights: Weights) -> Days:
    """The weighted mean of `said`, shape (methods, series, horizon); methods of weight 0 may be NaN."""
    heard = np.where(weights[:, :, None] > 0, said, 0.0)
    return np.asarray((heard * weights[:, :, None]).sum(axis=0))


def blends_as_they_were(past: PastForecasts) -> Days:
    """What the blend would have said at each origin, chosen by what was known by then; shape (origins, series,
    horizon)."""
    said = []
    for at, origin in enumerate(past.origins):
        weights = weigh(past, past.known_before(origin))
        weights = np.where(np.isfinite(past.said[:, at]).all(axis=2), weights, 0.0)
        said.append(blend(past.said[:, at], weights / np.maximum(weights.sum(axis=0), 1e-9)))
    return np.stack(said)
