"""The Qini curve: what more happens by writing to more customers in the order of a score, beside a random order.

Radcliffe, "Using control groups to target on predicted lift", Direct Marketing Analytics Journal 1, 2007.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.uplift.experiment import Experiment
from insight.uplift.intervals import Between, between
from insight.uplift.ranking import Ranked, rank, resamples

Floats = NDArray[np.float64]
SHARES = np.linspace(0.02, 1.0, 50)
"""of customers written to; below a fiftieth an arm has too few to speak of"""


@dataclass(frozen=True, slots=True)
class QiniCurve:
    """Gains are further outcomes by 1,000 customers of the whole audience, written to or not."""

    shares: tuple[float, ...]
    gains: tuple[float, ...]
    """when the best `shares` are written to"""
    random: tuple[float, ...]
    """when as many are written to at random: a straight line"""
    coefficient: Between
    """the mean height of the curve over the line; 0 for a score that knows nothing, 95 % interval"""

    @property
    def clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.coefficient.low > 0


def qini_curve(experiment: Experiment, scores: Floats) -> QiniCurve:
    """The curve of `scores` (n,) on `experiment`, which the model must not have learnt from."""
    ranked = rank(experiment, scores)
    gains = _gains(ranked)
    drawn = np.array([_coefficient(_gains(ranked, counts[ranked.order])) for counts in resamples(len(experiment))])
    return QiniCurve(
        tuple(SHARES.tolist()),
        tuple(gains.tolist()),
        tuple((gains[-1] * SHARES).tolist()),
        between(_coefficient(gains), drawn),
    )


def _gains(ranked: Ranked, counts: NDArray[np.intp] | None = None) -> Floats:
    written, left = ranked.means(SHARES, None if counts is None else counts.astype(np.float64))
    return np.nan_to_num(1000 * SHARES * (written - left))


def _coefficient(gains: Floats) -> float:
    """The mean over all shares from 0 to 1 of the gain, less the line's."""
    heights = np.concatenate([[0.0], gains - gains[-1] * SHARES])
    return float(np.trapezoid(heights, np.concatenate([[0.0], SHARES])))
