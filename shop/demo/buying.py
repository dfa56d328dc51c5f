"""How orders come about: a Poisson process with seasons and sales, and a chance of turning away after each order.

The model is that of BG/NBD (Fader, Hardie & Lee, Marketing Science 24(2), 2005), its constant rate replaced by one
that follows the customer's categories through the year; orders are drawn from it by thinning (Lewis & Shedler, 1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

from shop.demo.catalogue import demo_products, home_category
from shop.demo.seasons import months, sale_on, sale_share
from shop.demo.traits import Traits

SALE_PULL = 4.0
"""how much a sale speeds up the most price-sensitive customer"""
SALE_WAIT = 0.6
"""how much that customer holds back outside sales"""
OWNED_ALREADY = 0.12
"""durable things are rarely bought twice"""
BETWEEN_ORDERS = timedelta(days=2)
"""the least; two orders of one day would be one"""
GOES_WITH = {
    "tents": ("sleeping", "lighting"),
    "sleeping": ("sleeping", "packs"),
    "cooking": ("cooking", "hydration"),
    "climbing": ("climbing",),
    "footwear": ("layers", "packs"),
    "packs": ("hydration",),
    "kids": ("kids",),
    "jackets": ("layers",),
}
COMPANION = 3.0
"""how much more likely what goes with the line before is"""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order before it is written down: when, and which products."""

    at: datetime
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    purchases: tuple[Purchase, ...]
    """oldest first"""
    dropout: datetime | None
    """the moment of the last order, after which they turned away; None while alive"""


def buy(traits: Traits, rng: Random, start: datetime, end: datetime) -> History:
    """What a customer orders in [start, end). One who joined after `start` orders first when joining."""
    if traits.orders_a_year == 0:
        return History((), None)
    purchases: list[Purchase] = []
    owned: set[str] = set()
    joins = traits.joined >= start
    moment = traits.joined if joins else _next_order(traits, rng, start, end)
    while moment is not None and moment < end:
        # A first order is placed at the very moment of joining; later ones at the hours that the customer keeps.
        first = joins and not purchases
        at = moment if first else min(max(traits.at_local_hour(moment, rng), start), end - timedelta(minutes=1))
        purchases.append(Purchase(at, _basket(traits, rng, at.date(), owned)))
        owned.update(purchases[-1].products)
        if rng.random() < traits.dropout:
            return History(tuple(purchases), at)
        moment = _next_order(traits, rng, at + BETWEEN_ORDERS, end)
    return History(tuple(purchases), None)


def orders_a_day(traits: Traits, days: Sequence[date]) -> list[float]:
    """The true rate on each day while the customer is active: what a forecast is held against."""
    season, (pull, wait, usual) = _season(traits), _sales_matter(traits)
    a_day = traits.orders_a_year / 365 / usual
    return [a_day * season[day.month - 1] * (pull if sale_on(day) else wait) for day in days]


def _next_order(traits: Traits, rng: Random, after: datetime, end: datetime) -> datetime | None:
    season, (pull, wait, usual) = _season(traits), _sales_matter(traits)
    peak = max(season) * pull
    a_day = traits.orders_a_year / 365 / usual
    moment = after
    while True:
        moment += timedelta(days=rng.expovariate(a_day * peak))
        if moment >= end:
            return None
        here = season[moment.month - 1] * (pull if sale_on(moment.date()) else wait)
        if rng.random() * peak < here:
            return moment


def _sales_matter(traits: Traits) -> tuple[float, float, float]:
    """How much a sale speeds the customer up, how much they hold back outside, and both over the year."""
    pull = 1 + SALE_PULL * traits.price_sensitivity
    wait = 1 - SALE_WAIT * traits.price_sensitivity
    return pull, wait, sale_share() * pull + (1 - sale_share()) * wait


def _season(traits: Traits) -> list[float]:
    return [sum(share * months()[name][month] for name, share in traits.categories.items()) for month in range(12)]


def _basket(traits: Traits, rng: Random, day: date, owned: set[str]) -> tuple[str, ...]:
    chosen: list[str] = []
    weights = {name: share * months()[name][day.month - 1] for name, share in traits.categories.items()}
    more = 1 - 1 / traits.basket
    while True:
        category = rng.choices(list(weights), weights=list(weights.values()))[0]
        shelf = [name for name in _shelf()[category] if name not in chosen and traits.appeal[name] > 0]
        if shelf:
            appeal = [traits.appeal[product] * (OWNED_ALREADY if product in owned else 1) for product in shelf]
            chosen.append(rng.choices(shelf, weights=appeal)[0])
        if rng.random() >= more:
            return tuple(chosen)
        weights = {
            name: share * months()[name][day.month - 1] * (COMPANION if name in GOES_WITH.get(category, ()) else 1)
            for name, share in traits.categories.items()
        }


@cache
def _shelf() -> dict[str, tuple[str, ...]]:
    shelves: dict[str, tuple[str, ...]] = {}
    for product in demo_products():
        shelves[home_category(product)] = (*shelves.get(home_category(product), ()), product.id)
    return shelves
