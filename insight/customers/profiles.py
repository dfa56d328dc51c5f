"""Customer profiles drawn from the store: segment, favourites, price band, last purchase, mood, as of one moment.

Point in time correct: with `as_of` given, nothing that happened later is seen, and nothing without a date is either,
for it may have been later. So a profile can be drawn up as it stood before an outcome, which training must do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from core.customer import UNKNOWN, Customer, CustomerProfile, Order
from insight.customers.histories import counts, histories, order_total
from insight.customers.moods import moods
from insight.customers.rfm import name_segments
from insight.customers.tastes import category_of, favourite_categories, price_bands

if TYPE_CHECKING:
    from insight.reading.readers import Readers
    from store.opening import Store


@dataclass(frozen=True, slots=True)
class _Readings:
    """What was found out, each by customer id; customers of whom nothing is known are absent."""

    segments: Mapping[str, str]
    favourites: Mapping[str, tuple[str, ...]]
    price_bands: Mapping[str, str]
    moods: Mapping[str, str]


def build_profiles(store: Store, readers: Readers | None, as_of: datetime | None = None) -> list[CustomerProfile]:
    """A profile of every customer in `store`, in its order.

    `as_of` (aware) defaults to the date of the shop's newest order, and then undated orders and reviews count too.
    Without `readers`, sentiment comes from review stars alone.
    """
    orders = list(store.orders.all())
    moment = as_of or max((order.placed for order in orders if order.placed), default=datetime.now(UTC))

    def seen(at: datetime | None) -> bool:
        return as_of is None if at is None else at <= moment

    bought = [order for order in orders if seen(order.placed) and counts(order)]
    products = store.shop.products()
    categories = {product.id: category for product in products if (category := category_of(product))}
    readings = _Readings(
        segments=name_segments(histories(bought, moment)),
        favourites=favourite_categories(bought, store.events.scan(), categories, moment),
        price_bands=price_bands(bought, categories),
        moods=moods((review for review in store.shop.reviews() if seen(review.at)), readers),
    )
    by_customer = _group(bought)
    return [
        _profile(customer, by_customer.get(customer.id, []), readings, moment) for customer in store.customers.all()
    ]


def _group(orders: Iterable[Order]) -> dict[str, list[Order]]:
    grouped: dict[str, list[Order]] = {}
    for order in orders:
        grouped.setdefault(order.customer_id, []).append(order)
    return grouped


def _profile(customer: Customer, orders: list[Order], readings: _Readings, moment: datetime) -> CustomerProfile:
    last = max(orders, key=lambda order: (order.placed or datetime.min.replace(tzinfo=UTC), order.id), default=None)
    newest_date = last.placed if last else None
    # The dearest piece of the last order is what they remember having bought, not the spare batteries beside it.
    line = max(last.lines, key=lambda line: line.price or Decimal(0), default=None) if last else None
    return CustomerProfile(
        customer_id=customer.id,
        language=customer.language,
        segment=readings.segments.get(customer.id, UNKNOWN),
        favourite_categories=readings.favourites.get(customer.id, ()),
        price_band=readings.price_bands.get(customer.id, UNKNOWN),
        sentiment=readings.moods.get(customer.id, UNKNOWN),
        order_count=len(orders),
        total_spent=sum((order_total(order) for order in orders), Decimal(0)),
        days_since_order=(moment - newest_date).days if newest_date else None,
        last_product_id=line.product_id if line else None,
        last_product_name=line.name if line else None,
    )
