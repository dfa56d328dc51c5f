"""How far a customer's value may fall from what is expected, by drawing lives from the fitted model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from insight.lifetime.model import LifetimeModel
from insight.lifetime.purchases import WEEK, PurchaseSummary

Floats = NDArray[np.float64]
LIVES = 400
"""drawn of each customer: the ends of an 80 % interval then wobble by about two percent of its width"""
SEED = 5
AT_ONCE = 5000
"""customers drawn together, to keep the draws under 20 MB"""


def value_interval(
    model: LifetimeModel, bought: PurchaseSummary, days: float, share: float = 0.8
) -> tuple[Floats, Floats]:
    """(customers,) twice: between these the money of the next `days` lies with chance `share`. Not discounted.

    The low end is 0 wherever ordering nothing is likely enough.
    """
    rng = np.random.default_rng(SEED)
    tails = [50 * (1 - share), 50 * (1 + share)]
    portions = [np.arange(at, min(at + AT_ONCE, len(bought))) for at in range(0, len(bought), AT_ONCE)]
    parts = [np.percentile(_lives(model, bought.take(rows), days, rng), tails, axis=0) for rows in portions]
    low, high = np.concatenate(parts, axis=1)
    return low, high


def _lives(model: LifetimeModel, bought: PurchaseSummary, days: float, rng: np.random.Generator) -> Floats:
    """(LIVES, customers) money spent. Who turns away after their k-th order to come has placed at most k."""
    timing, spending, size = model.timing, model.spending, (LIVES, len(bought))
    alive = rng.random(size) < timing.alive(bought)
    rate = rng.gamma(timing.r + bought.frequency, 1 / (timing.alpha + bought.age), size)
    leaving = rng.beta(timing.a, timing.b + timing.chances(bought.frequency), size)
    last = rng.geometric(np.clip(leaving, 1e-9, 1.0))
    orders = np.where(alive, np.minimum(rng.poisson(rate * days / WEEK), last), 0)
    spent = bought.valued * bought.mean_value
    scale = rng.gamma(spending.q + spending.p * bought.valued, 1 / (spending.v + spent), size)
    return np.asarray(rng.gamma(np.maximum(spending.p * orders, 1e-12)) / scale * (orders > 0), np.float64)
