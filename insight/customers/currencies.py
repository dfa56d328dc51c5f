"""Money in another currency than the shop's: the purchase counts, its amounts do not, for nothing says their worth."""

from __future__ import annotations

from dataclasses import replace

from core.customer import Order
from core.shop import Brand


def in_shop_currency(order: Order, brand: Brand | None) -> Order:
    """The order, without its amounts where they are in another currency. One that names none is in the shop's."""
    if brand is None or order.currency in (None, brand.currency):
        return order
    lines = tuple(replace(line, price=None) for line in order.lines)
    return replace(order, total=None, lines=lines)
