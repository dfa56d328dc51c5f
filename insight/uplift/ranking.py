"""What writing to the best share of customers would bring, estimated from a trial: the ground of curve and targeting.

Off-policy: nobody was chosen by these scores, but among those whom a score puts first some were written to and some
not, by chance. Each arm's mean is weighted by one over the chance of being in it, and normed (Hájek), so that an arm
that was drawn more rarely counts no less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.uplift.experiment import Experiment

Floats = NDArray[np.float64]
RESAMPLES = 500
SEED = 17


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A trial's customers, those with the highest scores first; arrays are (n,)."""

    treated: Floats
    """1 or 0"""
    outcome: Floats
    weights: Floats
    order: NDArray[np.intp]
    """which customer of the trial stands where"""

    def means(self, shares: Floats, counts: Floats | None = None) -> tuple[Floats, Floats]:
        """(shares,) twice: the mean outcome of the first `shares` of the customers, written to and not.

        `counts` (n,): how often each customer is in a resample. NaN where an arm is empty.
        """
        counts = np.ones_like(self.outcome) if counts is None else counts
        ends = np.searchsorted(np.cumsum(counts), shares * counts.sum() - 1e-9)
        ends = np.minimum(ends, len(counts) - 1)
        arms = []
        for arm in (self.treated, 1 - self.treated):
            mass = np.cumsum(counts * self.weights * arm)[ends]
            acted = np.cumsum(counts * self.weights * arm * self.outcome)[ends]
            arms.append(np.divide(acted, mass, out=np.full(len(ends), np.nan), where=mass > 0))
        return arms[0], arms[1]


def rank(experiment: Experiment, scores: Floats) -> Ranked:
    """The customers of `experiment` by `scores` (n,), equal ones in a random order that is the same at every call."""
    chance = np.random.default_rng(SEED).random(len(scores))
    order = np.lexsort((chance, -scores))
    treated, weights = experiment.treated.astype(np.float64), experiment.weights()
    return Ranked(treated[order], experiment.outcome[order], weights[order], order)


def resamples(customers: int) -> Iterator[NDArray[np.intp]]:
    """`RESAMPLES` draws of (customers,): how often each customer is in it; the same at every call (Efron 1979).

    Models are not fitted anew, so intervals are of this model's worth, not of the learner's.
    """
    rng = np.random.default_rng(SEED)
    for _ in range(RESAMPLES):
        yield np.bincount(rng.integers(0, customers, customers), minlength=customers)
