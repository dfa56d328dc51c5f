"""What customers do besides ordering: looking, filling carts, searching, opening and clicking e-mails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from core.customer import Customer, Event, Order
from shop.demo.buying import History
from shop.demo.catalogue import demo_products, home_category
from shop.demo.orders import product_named
from shop.demo.traits import Traits

VISITS_PER_ORDER = 2.5
"""visits without an order, for each order that is due"""
VISITS_OF_LOOKERS = 4.0
"""a year"""
ABANDONED = 0.25
"""share of visits without an order that fill a cart"""
NEWSLETTER_EVERY = timedelta(days=14)
NEWSLETTER_HOUR = 17
OPENS_AFTER_DROPOUT = 0.15
"""how much of the interest in e-mails is left in one who turned away"""
CLICKS = 0.22
"""share of openers who click"""


def events_of(
    traits: Traits,
    customer: Customer,
    history: History,
    orders: Sequence[Order],
    rng: Random,
    start: datetime,
    end: datetime,
) -> list[Event]:
    """Everything that the shop noticed of one customer in [start, end), oldest first."""
    events = [event for order in orders for event in _before(traits, order, rng)]
    last = history.dropout or end
    events += (event for event in _visits(traits, rng, max(start, traits.joined), last) if event.at < last)
    events += _newsletters(traits, customer, history, rng, start, end)
    # A shop notes one event once: the same look at the same second is one.
    once = dict.fromkeys(event for event in events if start <= event.at < end)
    return sorted(once, key=lambda event: event.at)


def _before(traits: Traits, order: Order, rng: Random) -> Iterator[Event]:
    """Looking around for some days, then the cart, then (not an event) the order."""
    assert order.placed is not None
    channel = _device(rng)
    moment = order.placed - timedelta(minutes=rng.randint(4, 12))
    for line in order.lines:
        yield Event(order.customer_id, "cart", moment, line.product_id, float(line.price or 0), channel)
        looked = moment - timedelta(minutes=rng.randint(2, 25))
        yield Event(order.customer_id, "view", looked, line.product_id, None, channel)
        if rng.random() < 0.6:
            days_before = looked - timedelta(days=rng.randint(1, 9), minutes=rng.randint(0, 90))
            yield Event(order.customer_id, "view", days_before, line.product_id, None, channel)
        for other in _interest(traits, rng, rng.randint(0, 2)):
            yield Event(order.customer_id, "view", looked - timedelta(minutes=rng.randint(1, 20)), other, None, channel)


def _visits(traits: Traits, rng: Random, start: datetime, end: datetime) -> Iterator[Event]:
    a_day = (traits.orders_a_year * VISITS_PER_ORDER or VISITS_OF_LOOKERS) / 365
    moment = start + timedelta(days=rng.expovariate(a_day))
    while moment < end:
        at, channel = traits.at_local_hour(moment, rng), _device(rng)
        if rng.random() < 0.3:
            yield Event(traits.customer_id, "search", at, None, None, channel)
        seen = _interest(traits, rng, rng.randint(1, 5))
        for product in seen:
            at += timedelta(seconds=rng.randint(20, 240))
            yield Event(traits.customer_id, "view", at, product, None, channel)
        if rng.random() < ABANDONED:
            price = float(product_named(seen[-1]).price or 0)
            yield Event(traits.customer_id, "cart", at + timedelta(seconds=30), seen[-1], price, channel)
        moment += timedelta(days=rng.expovariate(a_day))


def _newsletters(
    traits: Traits, customer: Customer, history: History, rng: Random, start: datetime, end: datetime
) -> Iterator[Event]:
    """Openings and clicks of a fortnightly newsletter that goes to those who agreed and have not taken it back."""
    sent = start.replace(hour=NEWSLETTER_HOUR, minute=0, second=0)
    said = [consent for consent in customer.consents if consent.channel == "email"]
    while sent < end:
        in_force = [consent for consent in said if consent.at <= sent]
        if in_force and in_force[-1].granted:
            gone = history.dropout is not None and sent > history.dropout
            if rng.random() < traits.opens * (OPENS_AFTER_DROPOUT if gone else 1):
                opened = max(traits.at_local_hour(sent + timedelta(days=1), rng), sent + timedelta(minutes=5))
                yield Event(traits.customer_id, "open", opened, None, None, "email")
                if rng.random() < CLICKS:
                    product = _interest(traits, rng, 1)[0]
                    yield Event(traits.customer_id, "click", opened + timedelta(seconds=40), product, None, "email")
        sent += NEWSLETTER_EVERY


def _interest(traits: Traits, rng: Random, count: int) -> list[str]:
    """`count` products to look at, by the customer's true interest."""
    names = [product.id for product in demo_products()]
    weights = [
        traits.categories.get(home_category(product), 0.0) * traits.appeal[product.id] for product in demo_products()
    ]
    return rng.choices(names, weights=weights, k=count)


def _device(rng: Random) -> str:
    return rng.choices(("phone", "desktop", "app"), weights=(5, 4, 1))[0]
