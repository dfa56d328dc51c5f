"""The lifetime model of a shop: when its customers buy and what an order is worth, with what is typical of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from insight.lifetime.bgnbd import BgNbd
from insight.lifetime.foretelling import discounted_orders, expected_orders
from insight.lifetime.gamma_gamma import GammaGamma
from insight.lifetime.purchases import WEEK, PurchaseSummary

Floats = NDArray[np.float64]
NAME = "lifetime"


@dataclass(frozen=True, slots=True)
class TypicalBuyer:
    """The medians over the shop's buyers, with which a customer is compared."""

    frequency: float
    """purchases after the first"""
    gap: float
    """weeks since the last purchase"""
    age: float
    """weeks since the first"""
    mean_value: float
    """of a purchase, in the shop's currency"""


@dataclass(frozen=True, slots=True)
class LifetimeModel:
    """What is kept. It holds no customer."""

    timing: BgNbd
    spending: GammaGamma
    typical: TypicalBuyer
    as_of: date
    """the last day that was learnt from"""
    currency: str
    """empty where the shop states none"""

    @property
    def version(self) -> str:
        """`lifetime@1a2b3c4d`, by content: equal models have equal names."""
        content = json.dumps(asdict(self), sort_keys=True, default=str)
        return f"{NAME}@{hashlib.sha256(content.encode()).hexdigest()[:8]}"

    def orders(self, bought: PurchaseSummary, days: float) -> Floats:
        """(customers,) orders expected in the next `days`."""
        return expected_orders(self.timing, bought, days / WEEK)

    def order_value(self, bought: PurchaseSummary) -> Floats:
        """(customers,) what an order of theirs is expected to be worth."""
        return self.spending.expected_value(bought.valued, bought.mean_value)

    def value(self, bought: PurchaseSummary, days: float, yearly: float = 0.0) -> Floats:
        """(customers,) money expected in the next `days`, discounted by `yearly` (0.1: a tenth a year)."""
        return discounted_orders(self.timing, bought, days / WEEK, yearly) * self.order_value(bought)


def typical_buyer(bought: PurchaseSummary) -> TypicalBuyer:
    """The median buyer of `bought`; of values, the median over those who have one."""
    valued = bought.mean_value[bought.valued > 0]
    return TypicalBuyer(
        frequency=float(np.median(bought.frequency)),
        gap=float(np.median(bought.age - bought.recency)),
        age=float(np.median(bought.age)),
        mean_value=float(np.median(valued)),
    )
