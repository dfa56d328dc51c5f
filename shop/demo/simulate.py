"""Eighteen months of the demo shop, drawn from customers whose true nature is known.

`simulate(seed)` gives the same shop for the same arguments on every machine. Predictions are graded against
`DemoShop.truth`, which is never loaded into the shop. Run: `python -m shop.demo FOLDER`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from core.customer import Customer, Event, Order, Review
from core.errors import UserError
from shop.demo.browsing import events_of
from shop.demo.buying import buy
from shop.demo.known import DEMO_CUSTOMER, DEMO_CUSTOMER_ZH, DEMO_ORDER, DEMO_ORDER_ZH, KNOWN
from shop.demo.orders import FIRST_NUMBER, write_order
from shop.demo.people import person
from shop.demo.reviewing import reviews_of
from shop.demo.traits import draw_traits, stream
from shop.demo.truth import CustomerTruth, tell_truth

__all__ = ["DEMO_CUSTOMER", "DEMO_CUSTOMER_ZH", "DEMO_ORDER", "DEMO_ORDER_ZH", "DemoShop", "simulate"]

END = date(2026, 11, 15)
DAYS = 548
"""eighteen months"""


@dataclass(frozen=True, slots=True)
class DemoShop:
    """Customers by id; orders, events and reviews oldest first; truth in the order of the customers."""

    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]
    events: tuple[Event, ...]
    reviews: tuple[Review, ...]
    truth: tuple[CustomerTruth, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """One customer and what they did; ids of orders and reviews still empty."""

    customer: Customer
    orders: tuple[Order, ...]
    events: tuple[Event, ...]
    reviews: tuple[Review, ...]
    truth: CustomerTruth


def simulate(seed: int = 7, customers: int = 2000, end: date = END) -> DemoShop:
    """The eighteen months up to the evening (UTC) of `end`. The first two customers are the known ones.

    Raises `UserError` for fewer than two customers.
    """
    if customers < len(KNOWN):
        raise UserError("customers", customers, f"{len(KNOWN)} or more", "the demo's known customers are always there")
    now = datetime.combine(end, time(18), tzinfo=UTC)
    lives = [_live(seed, f"C-{number:05d}", now) for number in range(1, customers + 1)]
    return DemoShop(
        customers=tuple(life.customer for life in lives),
        orders=_number_orders(order for life in lives for order in life.orders),
        events=tuple(sorted((event for life in lives for event in life.events), key=lambda event: event.at)),
        reviews=_number_reviews(review for life in lives for review in life.reviews),
        truth=tuple(life.truth for life in lives),
    )


def _live(seed: int, customer_id: str, now: datetime) -> Life:
    start = now - timedelta(days=DAYS)
    known = KNOWN.get(customer_id)
    # The order on its way is written beforehand; what is drawn ends well before it.
    until = now - timedelta(days=known.days_ago + 14) if known else now
    traits = draw_traits(seed, customer_id, start, until, known.given if known else None)
    customer = person(seed, traits, until, known.name if known else None)
    history = buy(traits, stream(seed, customer_id, "buying"), start, until)
    rng = stream(seed, customer_id, "orders")
    orders = [write_order(customer, traits.behaviour.name, purchase, rng, now) for purchase in history.purchases]
    if known:
        orders.append(known.last_order(customer, rng, now))
    events = events_of(traits, customer, history, orders, stream(seed, customer_id, "browsing"), start, now)
    reviews = reviews_of(orders, traits.language, stream(seed, customer_id, "reviewing"), now)
    return Life(customer, tuple(orders), tuple(events), tuple(reviews), tell_truth(traits, history.dropout))


def _number_orders(orders: Iterable[Order]) -> tuple[Order, ...]:
    ordered = sorted(orders, key=lambda order: (order.placed, order.customer_id))
    return tuple(
        order if order.id else replace(order, id=f"FO-{number}") for number, order in enumerate(ordered, FIRST_NUMBER)
    )


def _number_reviews(reviews: Iterable[Review]) -> tuple[Review, ...]:
    ordered = sorted(reviews, key=lambda review: (review.at, review.customer_id))
    return tuple(replace(review, id=f"R-{number:05d}") for number, review in enumerate(ordered, 1))
