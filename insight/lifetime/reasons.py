"""Why a customer's figure is what it is: each trait's fair share in the difference from the shop's typical buyer.

Shapley values (Lundberg and Lee 2017, arXiv:1705.07874), exact: four traits make sixteen buyers between the typical one
and the customer, and each is asked of the model. The shares add up to the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from math import factorial

import numpy as np
from numpy.typing import NDArray

from core.prediction import Reason
from insight.lifetime.model import LifetimeModel, TypicalBuyer
from insight.lifetime.purchases import WEEK, PurchaseSummary

Floats = NDArray[np.float64]
TRAITS = ("number of orders", "days since the last order", "days as a customer", "mean order value")
Figure = Callable[[PurchaseSummary], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """How each trait moved the figure, and what it was."""

    effects: Mapping[str, Floats]
    """trait -> (customers,)"""
    typical: Floats
    """(customers,) the typical buyer's figure, the same for all"""


def shares(figure: Figure, bought: PurchaseSummary, typical: TypicalBuyer) -> Shares:
    """The traits' shares in `figure` of each customer."""
    worth = {mine: figure(_between(bought, typical, mine)) for mine in product((False, True), repeat=len(TRAITS))}
    effects = {trait: _share(worth, at) for at, trait in enumerate(TRAITS)}
    return Shares(effects, worth[(False,) * len(TRAITS)])


def reasons(found: Shares, model: LifetimeModel, bought: PurchaseSummary, row: int) -> tuple[Reason, ...]:
    """The shares of the customer at `row`, the weightiest first; those without effect are left out."""
    typical = model.typical
    told = {
        TRAITS[0]: _beside(f"{bought.frequency[row] + 1:.0f}", f"{typical.frequency + 1:.0f}"),
        TRAITS[1]: _beside(_days(bought.age[row] - bought.recency[row]), _days(typical.gap)),
        TRAITS[2]: _beside(_days(bought.age[row]), _days(typical.age)),
        TRAITS[3]: _beside(_money(bought.mean_value[row], model.currency), _money(typical.mean_value, "")),
    }
    effects = {trait: float(values[row]) for trait, values in found.effects.items()}
    weightiest = sorted(TRAITS, key=lambda trait: (-abs(effects[trait]), trait))
    return tuple(Reason(trait, told[trait], effects[trait]) for trait in weightiest if abs(effects[trait]) > 1e-9)


def _between(bought: PurchaseSummary, typical: TypicalBuyer, mine: tuple[bool, ...]) -> PurchaseSummary:
    """Buyers with their own traits where `mine` says so, and the typical one's else; kept possible."""
    everyone = np.ones(len(bought))
    frequency = bought.frequency if mine[0] else typical.frequency * everyone
    gap = bought.age - bought.recency if mine[1] else typical.gap * everyone
    age = bought.age if mine[2] else typical.age * everyone
    # Who bought once bought last when they bought first; nobody's last order is older than they are as a customer.
    recency = np.where(frequency > 0, np.maximum(age - gap, 0.0), 0.0)
    known = bought.valued > 0
    value = np.where(known, bought.mean_value, 0.0) if mine[3] else np.where(known, typical.mean_value, 0.0)
    valued = bought.valued if mine[0] else np.where(known, typical.frequency + 1, 0.0)
    return PurchaseSummary(bought.customers, frequency, recency, age, valued, value)


def _share(worth: Mapping[tuple[bool, ...], Floats], trait: int) -> Floats:
    """The mean, over all orders of putting traits in, of what `trait` changes when its turn comes."""
    traits = len(TRAITS)
    whole: Floats = np.zeros_like(next(iter(worth.values())))
    for mine in worth:
        if not mine[trait]:
            before = sum(mine)
            weight = factorial(before) * factorial(traits - before - 1) / factorial(traits)
            whole = whole + weight * (worth[(*mine[:trait], True, *mine[trait + 1 :])] - worth[mine])
    return whole


def _beside(own: str, typical: str) -> str:
    return f"{own} (typical: {typical})"


def _days(weeks: float) -> str:
    return f"{weeks * WEEK:.0f}"


def _money(amount: float, currency: str) -> str:
    return f"{amount:.2f} {currency}".strip()
