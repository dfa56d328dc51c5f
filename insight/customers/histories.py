"""A customer's purchases in five numbers, as they stood at one moment. Knows orders only, not what to call anyone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.customer import Order

VOID = frozenset({"cancelled", "canceled", "refunded", "returned", "failed"})
"""order states in which nothing was bought in the end"""
MARKED_DOWN = Decimal("0.95")
"""a price at or below this share of the usual one is a discount; closer to it lies rounding"""

PriceKey = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class History:
    """What one customer bought up to a moment."""

    days_since_order: float
    days_as_customer: float
    """since the first order"""
    orders: int
    spent: Decimal
    """in the shop's currency"""
    discounted: float
    """share of the money that went on things sold below their usual price, 0..1"""

    @property
    def order_value(self) -> Decimal:
        """mean money per order"""
        return self.spent / self.orders


def counts(order: Order) -> bool:
    """Whether `order` was a purchase in the end: not cancelled, returned or refunded."""
    return order.status.strip().lower() not in VOID


def order_total(order: Order) -> Decimal:
    """What was paid; the sum of the lines where the order does not say."""
    return order.total if order.total is not None else _lines_total(order)


def histories(orders: Iterable[Order], as_of: datetime) -> dict[str, History]:
    """Customer id -> history, from dated orders placed at or before `as_of` that count. Order of input is free."""
    by_customer: defaultdict[str, list[tuple[datetime, Order]]] = defaultdict(list)
    for order in orders:
        if order.placed is not None and order.placed <= as_of and counts(order):
            by_customer[order.customer_id].append((order.placed, order))
    usual = usual_prices(order for bought in by_customer.values() for _, order in bought)
    return {customer: _history(bought, usual, as_of) for customer, bought in by_customer.items()}


def usual_prices(orders: Iterable[Order]) -> dict[PriceKey, Decimal]:
    """(product, variant) -> the upper quartile of the prices that were paid for it.

    Not the catalogue's price: that is today's, and would make every order before a rise look like a bargain. Not the
    median: a product sold half the time in a sale would have no discount left.
    """
    paid: defaultdict[PriceKey, list[Decimal]] = defaultdict(list)
    for order in orders:
        for line in order.lines:
            if line.price is not None:
                paid[line.product_id, line.variant_id].append(line.price)
    return {key: sorted(prices)[3 * len(prices) // 4] for key, prices in paid.items()}


def _history(bought: list[tuple[datetime, Order]], usual: Mapping[PriceKey, Decimal], as_of: datetime) -> History:
    dates = [placed for placed, _ in bought]
    priced = full = Decimal(0)
    for _, order in bought:
        below, whole = _discounted(order, usual)
        priced, full = priced + below, full + whole
    return History(
        days_since_order=(as_of - max(dates)).total_seconds() / 86400,
        days_as_customer=(as_of - min(dates)).total_seconds() / 86400,
        orders=len(bought),
        spent=sum((order_total(order) for _, order in bought), Decimal(0)),
        discounted=float(priced / full) if full else 0.0,
    )


def _discounted(order: Order, usual: Mapping[PriceKey, Decimal]) -> tuple[Decimal, Decimal]:
    """Money spent at a discount, and all money, of the lines. A coupon on the whole order discounts all of them."""
    whole = _lines_total(order)
    if order.total is not None and order.total <= MARKED_DOWN * whole:
        return whole, whole
    below = Decimal(0)
    for line in order.lines:
        if line.price is not None and line.price <= MARKED_DOWN * usual[line.product_id, line.variant_id]:
            below += line.price * line.quantity
    return below, whole


def _lines_total(order: Order) -> Decimal:
    return sum((line.price * line.quantity for line in order.lines if line.price is not None), Decimal(0))
