"""What is foretold of a customer, with reasons: value, chance of still being a customer, and the next order."""

from __future__ import annotations

from datetime import UTC, datetime, time

import numpy as np
from numpy.typing import NDArray

from core.prediction import Prediction
from insight.lifetime.chance import value_interval
from insight.lifetime.model import LifetimeModel
from insight.lifetime.next_order import next_order
from insight.lifetime.purchases import WEEK, PurchaseSummary
from insight.lifetime.reasons import Figure, reasons, shares

Floats = NDArray[np.float64]
SHARE = 0.8
"""of the intervals"""
SURE = 1e-6
"""chances are kept this far from 0 and 1 where their log odds are taken"""


def predict(
    model: LifetimeModel, bought: PurchaseSummary, days: int, yearly: float = 0.0
) -> tuple[tuple[Prediction, ...], ...]:
    """For each customer of `bought`, as of the model's day: `value-365d` (after `days`), `alive` and `next-order`.

    `next-order` is in days, given that there is one: the chance that there is none is what `alive` lacks to 1. Values
    are discounted by `yearly`; their intervals, which hold 80 of 100, are of undiscounted money.
    """

    def value(who: PurchaseSummary) -> Floats:
        return model.value(who, days, yearly)

    def due(who: PurchaseSummary, share: float = 0.5) -> Floats:
        return WEEK * next_order(model.timing, who).by(share, of_those_who_come=True)

    ends = value_interval(model, bought, days, SHARE)
    worth = _tell(model, bought, f"value-{days}d", model.currency or "money", value(bought), value, ends)
    alive = model.timing.alive(bought)
    stays = _tell(model, bought, "alive", "probability", alive, lambda who: _log_odds(model.timing.alive(who)))
    ends = due(bought, (1 - SHARE) / 2), due(bought, (1 + SHARE) / 2)
    comes = _tell(model, bought, "next-order", "days", due(bought), due, ends)
    return tuple(zip(worth, stays, comes, strict=True))


def _tell(
    model: LifetimeModel,
    bought: PurchaseSummary,
    name: str,
    unit: str,
    values: Floats,
    raw: Figure,
    ends: tuple[Floats, Floats] | None = None,
) -> list[Prediction]:
    """One prediction a customer; `raw` is the figure on the scale in which reasons add up."""
    found, as_of = shares(raw, bought, model.typical), datetime.combine(model.as_of, time.max, tzinfo=UTC)
    return [
        Prediction(
            name=name,
            value=float(values[row]),
            unit=unit,
            as_of=as_of,
            model=model.version,
            low=None if ends is None else float(ends[0][row]),
            high=None if ends is None else float(ends[1][row]),
            reasons=reasons(found, model, bought, row),
        )
        for row in range(len(bought))
    ]


def _log_odds(chance: Floats) -> Floats:
    kept = np.clip(chance, SURE, 1 - SURE)
    return np.asarray(np.log(kept / (1 - kept)), np.float64)
