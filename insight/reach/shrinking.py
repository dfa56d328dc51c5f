"""Rates of few trials drawn towards those of many: Beta-Binomial, from a customer to the segment to the shop.

Empirical Bayes (Efron & Morris 1975): the prior's weight is fitted by moments on all customers, so that a shop whose
customers are alike draws strongly, and one whose customers differ hardly at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVELS = (0.05, 0.95)
FEWEST, MOST = 2.0, 500.0
"""bounds of a prior's weight, in trials"""


@dataclass(frozen=True, slots=True)
class Rate:
    """A posterior: mean and 90 % interval of a response rate."""

    mean: float
    low: float
    high: float
    trials: int
    """of one's own, on which it stands beside what others did"""


def prior_weight(answered: NDArray[np.float64], trials: NDArray[np.float64]) -> float:
    """Trials that the prior counts for, by the method of moments over customers with two trials or more."""
    many = trials >= 2
    if many.sum() < 10:
        return 20.0
    rate = answered[many].sum() / trials[many].sum()
    usual = rate * (1 - rate)
    if usual <= 0:
        return MOST
    shares = answered[many] / trials[many]
    noise = float((usual / trials[many]).mean())
    between = max(float(shares.var()) - noise, 1e-9)
    return float(np.clip(usual / between - 1, FEWEST, MOST))


def shrunk(answered: float, trials: float, towards: float, weight: float) -> Rate:
    """The rate of `answered` of `trials` under a Beta prior of mean `towards` that counts for `weight` trials."""
    from scipy.special import betaincinv

    mean = drawn(answered, trials, towards, weight)
    whole = weight + trials
    low, high = (float(betaincinv(whole * mean, whole * (1 - mean), level)) for level in LEVELS)
    return Rate(mean, low, high, int(trials))


def drawn(answered: float, trials: float, towards: float, weight: float) -> float:
    """The mean of the same posterior."""
    return (weight * min(max(towards, 1e-4), 1 - 1e-4) + answered) / (weight + trials)
