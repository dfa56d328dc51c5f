"""What a forecast says, and what is said where none can be made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Backtest:
    """How far off the same procedure was when it stood at earlier dates and knew nothing later."""

    origins: int
    """how many earlier dates it stood at"""
    wape: float
    """sum of absolute daily errors over the sum of what was bought"""
    naive_wape: float
    """of repeating the last week, over the same days"""

    @property
    def ratio(self) -> float:
        """Below 1: better than repeating the last week."""
        return self.wape / self.naive_wape if self.naive_wape > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """One series, a value for each day to come. Days are UTC."""

    series: str
    """the category, the product's id, or `shop`"""
    unit: str
    """`pieces` or `orders`, a day"""
    dates: tuple[date, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    """a day's demand lies in [low, high] with probability `level`"""
    level: float
    total: float
    """over all the days"""
    total_low: float
    total_high: float
    model: str
    """the methods that speak, with their weights"""
    why: str
    """why these, in a sentence"""
    backtest: Backtest | None
    """None where the history was too short to look back on itself"""


@dataclass(frozen=True, slots=True)
class TooThin:
    """A series of which nothing can be foretold yet."""

    series: str
    days: int
    """since the shop's first order"""
    total: float
    """bought in them"""
    why: str
