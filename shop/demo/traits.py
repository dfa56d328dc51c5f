"""What a simulated customer is like, hidden from the shop: their kind, tastes, rhythm and what each product is to them.

Every draw comes from a stream of its own, named by seed, customer and purpose. So a customer stays the same person
whatever the number of customers, and a change in one part of the simulator leaves the other parts' draws alone.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random

from shop.demo.behaviours import Behaviour, behaviours, draw_behaviour
from shop.demo.catalogue import demo_products, home_category

LIKED = 4.0
"""how much more often a kind of customer chooses the products that it likes"""
PRICE_STEEPNESS = 2.5
"""exponent on a product's relative price for the most price-sensitive customer"""
NEVER_BUY = 0.07
"""share of customers who signed up and only look"""
JOINED_EARLIER = 0.35
"""share of customers who were there before the simulated time"""
EARLIEST_DAYS = 700
"""how long before the simulated time the first of these joined"""
CHINESE = 0.25
COUNTRIES = {"en": {"US": 0.94, "CA": 0.06}, "zh": {"US": 0.45, "CN": 0.55}}
NOT_SENT = {"CN": frozenset({"LIGHT-3"})}
"""country -> what the article on international delivery keeps at home"""
UTC_OFFSET = {"US": -8, "CA": -8, "CN": 8}
"""hours, without daylight saving"""


@dataclass(frozen=True, slots=True)
class Traits:
    """One customer's hidden nature."""

    customer_id: str
    behaviour: Behaviour
    language: str
    country: str
    joined: datetime
    orders_a_year: float
    """while active, seasons and sales evened out; 0 for one who only looks"""
    dropout: float
    """chance of never ordering again, after each order"""
    price_sensitivity: float
    """0 (ignores prices) to 1 (buys little but bargains)"""
    basket: float
    """mean number of lines in an order"""
    hour: float
    """the local hour around which they shop"""
    opens: float
    """chance of opening an e-mail while active"""
    categories: Mapping[str, float]
    """category -> share of interest, of sum 1"""
    appeal: Mapping[str, float]
    """product -> chance of being chosen within its category, of sum 1 in each category"""

    def at_local_hour(self, day: datetime, rng: Random) -> datetime:
        """A moment on the local `day` (whose own time is ignored) around the customer's hour, in UTC."""
        local = rng.gauss(self.hour, 2.0) % 24
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(seconds=int(3600 * (local - UTC_OFFSET[self.country])))


@dataclass(frozen=True, slots=True)
class Given:
    """What is set beforehand of a customer whom the demo knows by name."""

    behaviour: str
    language: str
    country: str


def stream(seed: int, name: str, purpose: str) -> Random:
    """Random numbers for one purpose; independent of every other stream."""
    return Random(f"{seed}/{name}/{purpose}")


def draw_traits(seed: int, customer_id: str, start: datetime, end: datetime, given: Given | None = None) -> Traits:
    """A customer who joined before `end`; what is `given` is not drawn."""
    rng = stream(seed, customer_id, "traits")
    kind = behaviours()[given.behaviour] if given else draw_behaviour(rng)
    language = given.language if given else ("zh" if rng.random() < CHINESE else "en")
    countries = COUNTRIES[language]
    country = given.country if given else rng.choices(list(countries), weights=list(countries.values()))[0]
    sensitivity = _around(rng, kind.price_sensitivity, 12)
    buys = given is not None or rng.random() >= NEVER_BUY
    return Traits(
        customer_id=customer_id,
        behaviour=kind,
        language=language,
        country=country,
        joined=_joined(rng, start, end, early=given is not None),
        orders_a_year=rng.gammavariate(3.0, kind.orders_a_year / 3.0) if buys else 0.0,
        dropout=0.0 if given else _around(rng, kind.dropout, 10),
        price_sensitivity=sensitivity,
        basket=kind.basket,
        hour=rng.gauss(kind.hour, 1.5),
        opens=_around(rng, kind.opens, 8),
        categories=_tastes(rng, kind),
        appeal=_appeal(rng, kind, sensitivity, NOT_SENT.get(country, frozenset())),
    )


def _around(rng: Random, mean: float, concentration: float) -> float:
    """A beta variate of the given mean; the greater `concentration`, the closer to it."""
    return rng.betavariate(mean * concentration, (1 - mean) * concentration)


def _joined(rng: Random, start: datetime, end: datetime, early: bool) -> datetime:
    if early or rng.random() < JOINED_EARLIER:
        return start - timedelta(days=1 + int(rng.random() * EARLIEST_DAYS), seconds=rng.randrange(86400))
    return (start + (end - start) * rng.random()).replace(microsecond=0)


def _tastes(rng: Random, kind: Behaviour) -> dict[str, float]:
    """A Dirichlet draw around the kind's weights: most of one's interest lies in a few of its categories."""
    drawn = {name: rng.gammavariate(weight * 0.6, 1.0) for name, weight in kind.categories.items()}
    whole = sum(drawn.values())
    return {name: weight / whole for name, weight in drawn.items()}


def _appeal(rng: Random, kind: Behaviour, sensitivity: float, not_sent: frozenset[str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for product, dearness in _dearness().items():
        liked = LIKED if product in kind.likes else 1.0
        whim = rng.lognormvariate(0.0, 0.4)
        wanted = liked * whim * math.exp(-PRICE_STEEPNESS * sensitivity * dearness)
        weights[product] = 0.0 if product in not_sent else wanted
    category = {product.id: home_category(product) for product in demo_products()}
    wholes: dict[str, float] = {}
    for product, weight in weights.items():
        wholes[category[product]] = wholes.get(category[product], 0.0) + weight
    return {product: weight / wholes[category[product]] for product, weight in weights.items()}


@cache
def _dearness() -> Mapping[str, float]:
    """Product -> log of its price over the median price of its category."""
    prices: dict[str, list[float]] = {}
    for product in demo_products():
        prices.setdefault(home_category(product), []).append(float(product.price or 0))
    return {
        product.id: math.log(float(product.price or 0) / statistics.median(prices[home_category(product)]))
        for product in demo_products()
    }
