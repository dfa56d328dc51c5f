"""What the shop's buyers are expected to bring together, and how it is spread over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from insight.lifetime.model import LifetimeModel
from insight.lifetime.purchases import PurchaseSummary

PARTS = 10


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of the buyers, by expected value."""

    customers: int
    alive: float
    """mean chance of still being a customer"""
    orders: float
    value: float
    """sums over the tenth"""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Expectations over the horizon, in the shop's currency, discounted."""

    days: int
    customers: int
    alive: float
    """how many are expected to be customers still"""
    orders: float
    value: float
    tenths: tuple[Tenth, ...]
    """the most valuable first"""
    best: tuple[str, ...]
    """ids of the most valuable customers, the best first"""


def look_out(model: LifetimeModel, bought: PurchaseSummary, days: int, yearly: float, best: int = 10) -> Outlook:
    """The outlook of `bought`, counted as of the model's day, for the next `days`."""
    value, orders, alive = model.value(bought, days, yearly), model.orders(bought, days), model.timing.alive(bought)
    # By id among equals, so that two runs agree; `bought` is in the ids' order and the sort is stable.
    ranked = np.argsort(-value, kind="stable")
    tenths = tuple(
        Tenth(len(part), float(alive[part].mean()), float(orders[part].sum()), float(value[part].sum()))
        for part in np.array_split(ranked, PARTS)
        if len(part)
    )
    named = tuple(str(name) for name in bought.customers[ranked[:best]])
    return Outlook(days, len(bought), float(alive.sum()), float(orders.sum()), float(value.sum()), tenths, named)
