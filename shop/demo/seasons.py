"""The shop's year: how much each category sells in each month, and when what is on sale. Knows no customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from shop.demo.catalogue import read_cast

FULL_YEAR = 366


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale, every year. `first` and `last` are days of the year as (month, day), both included."""

    name: str
    first: tuple[int, int]
    last: tuple[int, int]
    percent: int
    categories: frozenset[str]
    """empty: all"""

    def on(self, day: date) -> bool:
        today = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= today <= self.last
        return today >= self.first or today <= self.last


@cache
def months() -> Mapping[str, tuple[float, ...]]:
    """Category -> twelve factors, January first, of mean 1."""
    weights: Mapping[str, list[float]] = read_cast("seasons.yaml")["months"]
    return {category: tuple(12 * weight / sum(row) for weight in row) for category, row in weights.items()}


@cache
def sales() -> tuple[Sale, ...]:
    rows = read_cast("seasons.yaml")["sales"]
    return tuple(
        Sale(row["name"], _day(row["first"]), _day(row["last"]), row["percent"], frozenset(row["categories"]))
        for row in rows
    )


@cache
def sale_on(day: date) -> Sale | None:
    """The sale of that day, if there is one."""
    return next((sale for sale in sales() if sale.on(day)), None)


@cache
def sale_share() -> float:
    """The share of the days of a year on which there is a sale."""
    leap_year = date(2024, 1, 1).toordinal()
    days = [date.fromordinal(leap_year + offset) for offset in range(FULL_YEAR)]
    return sum(sale_on(day) is not None for day in days) / FULL_YEAR


def price_cut(day: date, category: str) -> int:
    """By how many percent `category` is reduced on `day`."""
    sale = sale_on(day)
    if sale is None or (sale.categories and category not in sale.categories):
        return 0
    return sale.percent


def _day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)
