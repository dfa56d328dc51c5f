"""What a model of insight foretells of one customer, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature's share in a prediction."""

    feature: str
    """a name that a marketer reads, e.g. `days since the last order`"""
    value: str
    """the customer's own, as text"""
    effect: float
    """what it adds, in the unit of the model's raw score (log odds for a probability)"""


@dataclass(frozen=True, slots=True)
class Prediction:
    """One customer, one question."""

    name: str
    """what is foretold, e.g. `purchase-30d`, `churn`, `value-365d`"""
    value: float
    unit: str
    """`probability`, `days`, or a currency"""
    as_of: datetime
    """aware; nothing later was looked at"""
    model: str
    """the model's name and version, as its card calls it"""
    low: float | None = None
    high: float | None = None
    """bounds of the interval that the model's card names; None where it gives none"""
    reasons: tuple[Reason, ...] = ()
    """the weightiest first"""
