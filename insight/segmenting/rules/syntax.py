"""What a rule is made of once it is read: conditions, and how they hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Has:
    """`category = tents`, `brand in (Acme, Zeta) within 90 days`, `segment != lost`, `consent(email)`."""

    field: str
    values: tuple[str, ...]
    """one of them is enough"""
    within_days: int | None = None
    """only what happened in that many days before the moment"""


@dataclass(frozen=True, slots=True)
class Compares:
    """`orders >= 3`, `last_order > 90 days`"""

    field: str
    comparison: Comparison
    value: float
    """days, where the field counts them"""


@dataclass(frozen=True, slots=True)
class Not:
    rule: Rule


@dataclass(frozen=True, slots=True)
class All:
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Either:
    rules: tuple[Rule, ...]


Rule: TypeAlias = Has | Compares | Not | All | Either
