"""Customers who live by the model's own rules, so that what is fitted and foretold has a known right answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.lifetime.bgnbd import BgNbd
from insight.lifetime.purchases import PurchaseSummary

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    bought: PurchaseSummary
    alive: NDArray[np.bool_]
    later: Floats
    """purchases in the weeks after the count"""
    next: Floats
    """weeks from the count to the next purchase, infinite where there is none"""


def draw_lives(model: BgNbd, customers: int, ages: tuple[float, float], weeks: float, seed: int) -> Lives:
    """Purchases drawn one by one, with no formula of the model; ages are drawn evenly between `ages`."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(model.r, 1 / model.alpha, customers)
    leaving = rng.beta(model.a, model.b, customers)
    age = rng.uniform(*ages, customers)
    frequency, recency, later = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    alive, following = np.ones(customers, bool), np.full(customers, np.inf)
    for row in range(customers):
        moment, here = 0.0, True
        if model.modified and rng.random() < leaving[row]:
            here, alive[row] = False, False
        while here:
            moment += rng.exponential(1 / rates[row])
            if moment > age[row] + weeks:
                if np.isinf(following[row]):
                    following[row] = moment - age[row]
                break
            here = rng.random() >= leaving[row]
            if moment <= age[row]:
                frequency[row], recency[row], alive[row] = frequency[row] + 1, moment, here
            else:
                later[row] += 1
                following[row] = min(following[row], moment - age[row])
    nothing = np.zeros(customers)
    names = np.array([f"{row:06d}" for row in range(customers)])
    return Lives(PurchaseSummary(names, frequency, recency, age, nothing, nothing), alive, later, following)
