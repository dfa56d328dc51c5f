"""The best that anyone could say of a demo customer: Bayes' rule over the simulator's own parameters.

After each order a customer turned away with a chance that is theirs alone. Since then, a customer who did not would
have gone on ordering, visiting and opening newsletters at rates that are known here; what was seen instead weighs both
stories. Whoever visited after the last order did not turn away.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.customer import Customer
from shop.demo.browsing import NEWSLETTER_EVERY, NEWSLETTER_HOUR, OPENS_AFTER_DROPOUT, VISITS_PER_ORDER
from shop.demo.buying import BETWEEN_ORDERS, SALE_PULL, SALE_WAIT
from shop.demo.orders import CANCELLED, RETURNED
from shop.demo.seasons import months, sale_on, sale_share
from shop.demo.simulate import DAYS
from shop.demo.traits import Traits, draw_traits

DAY = timedelta(days=1)
READ_WITHIN = timedelta(days=2)
"""a newsletter sent this late may still be opened"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One customer as the shop saw them up to a moment."""

    customer: Customer
    orders: Sequence[datetime]
    """all of them, oldest first; not empty"""
    visits: Sequence[datetime]
    opens: Sequence[datetime]


def traits_of(seed: int, customer_id: str, end: datetime) -> Traits:
    """The hidden nature that `shop.demo.simulate` gave a customer whose shop ended at `end`."""
    return draw_traits(seed, customer_id, end - timedelta(days=DAYS), end)


def chance_alive(traits: Traits, seen: Seen, at: datetime, start: datetime) -> float:
    """The posterior chance at `at` that the customer has not turned away; the shop's time began at `start`."""
    last = seen.orders[-1]
    if any(visit > last for visit in seen.visits):
        return 1.0
    silent = expected_orders(traits, last + BETWEEN_ORDERS, at)
    unseen = traits.orders_a_year * VISITS_PER_ORDER / 365 * ((at - last) / DAY)
    alive = math.log(max(1 - traits.dropout, 1e-12)) - silent - unseen
    gone = math.log(max(traits.dropout, 1e-12))
    sent = _sent(seen.customer, start, last, at)
    opened = min(sum(1 for one in seen.opens if one > last), sent)
    for chance, weight in ((traits.opens, 1), (traits.opens * OPENS_AFTER_DROPOUT, 0)):
        said = opened * math.log(max(chance, 1e-12)) + (sent - opened) * math.log(max(1 - chance, 1e-12))
        alive, gone = alive + said * weight, gone + said * (1 - weight)
    return 1 / (1 + math.exp(min(gone - alive, 700)))


def chance_of_order(traits: Traits, alive: float, after: datetime, until: datetime) -> float:
    """Of one that is not cancelled or returned, in (after, until]."""
    kept = expected_orders(traits, after, until) * (1 - CANCELLED - RETURNED)
    return alive * (1 - math.exp(-kept))


def expected_orders(traits: Traits, after: datetime, until: datetime) -> float:
    """By a customer who is there all the while: the rate of `shop.demo.buying`, summed over days."""
    pull, wait = 1 + SALE_PULL * traits.price_sensitivity, 1 - SALE_WAIT * traits.price_sensitivity
    usual = sale_share() * pull + (1 - sale_share()) * wait
    season = [sum(share * months()[name][month] for name, share in traits.categories.items()) for month in range(12)]
    total, day = 0.0, after
    while day < until:
        part = min(1.0, (until - day) / DAY)
        total += part * season[day.month - 1] * (pull if sale_on(day.date()) else wait)
        day += DAY
    return total * traits.orders_a_year / 365 / usual


def _sent(customer: Customer, start: datetime, after: datetime, until: datetime) -> int:
    """Newsletters that went to `customer` in (after, until - READ_WITHIN]."""
    said = [consent for consent in customer.consents if consent.channel == "email"]
    sent = start.replace(hour=NEWSLETTER_HOUR, minute=0, second=0)
    count = 0
    while sent <= until - READ_WITHIN:
        in_force = [consent for consent in said if consent.at <= sent]
        count += bool(sent > after and in_force and in_force[-1].granted)
        sent += NEWSLETTER_EVERY
    return count
