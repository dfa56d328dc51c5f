"""Purchases written down as the shop's orders: variants, prices of the day, delivery, state, tracking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random

from core.customer import Customer, Order, OrderLine
from core.shop import Product, Variant
from shop.demo.buying import Purchase
from shop.demo.catalogue import demo_products, home_category
from shop.demo.seasons import price_cut

CURRENCY = "USD"
FIRST_NUMBER = 10001
FREE_DELIVERY = {"US": Decimal(75), "CA": Decimal(250), "CN": Decimal(250)}
DELIVERY = {"US": Decimal("6.95"), "CA": Decimal("18.00"), "CN": Decimal("29.00")}
PENDING, PROCESSED, SHIPPED = timedelta(hours=6), timedelta(days=1), timedelta(days=6)
"""how old an order is while it is in these states"""
CANCELLED, RETURNED = 0.025, 0.05
SECOND_PIECE = {"gift-buyer": 0.20, "family": 0.14}
"""share of lines with two pieces; others 0.04"""


def write_order(customer: Customer, behaviour: str, purchase: Purchase, rng: Random, now: datetime) -> Order:
    """The order for `purchase` as it stands at `now`, its id still empty."""
    twice = SECOND_PIECE.get(behaviour, 0.04)
    lines = tuple(_line(customer, name, purchase.at, rng, twice) for name in purchase.products)
    status = _status(now - purchase.at, rng)
    tracked = status in ("shipped", "delivered", "returned")
    tracking = f"FH{rng.randrange(10**10):010d}"
    return Order(
        id="",
        customer_id=customer.id,
        lines=lines,
        status=status,
        placed=purchase.at,
        total=order_total(lines, customer.attributes["country"]),
        currency=CURRENCY,
        tracking=(tracking,) if tracked else (),
    )


def order_total(lines: Iterable[OrderLine], country: str) -> Decimal:
    """Goods and delivery by the rules of the article on delivery (standard; before sales tax)."""
    goods = sum(((line.price or Decimal(0)) * line.quantity for line in lines), Decimal(0))
    return goods + (DELIVERY[country] if goods < FREE_DELIVERY[country] else Decimal(0))


@cache
def product_named(product_id: str) -> Product:
    return next(product for product in demo_products() if product.id == product_id)


def choose_variant(product: Product, sizes: Mapping[str, str], rng: Random) -> Variant | None:
    """The variant in the customer's size, where the product comes in sizes; else any; None where there are none."""
    if not product.variants:
        return None
    own = (sizes.get("clothing_size"), sizes.get("shoe_size"))
    fitting = [variant for variant in product.variants if variant.options.get("size") in own]
    return rng.choice(fitting or product.variants)


def _line(customer: Customer, product_id: str, at: datetime, rng: Random, twice: float) -> OrderLine:
    product = product_named(product_id)
    variant = choose_variant(product, customer.attributes, rng)
    full = (variant.price if variant else None) or product.price or Decimal(0)
    cut = price_cut(at.date(), home_category(product))
    return OrderLine(
        product_id=product.id,
        name=product.named(customer.language),
        quantity=2 if rng.random() < twice else 1,
        price=(full * (100 - cut) / 100).quantize(Decimal("0.01")),
        variant_id=variant.id if variant else None,
        options=variant.options if variant else {},
    )


def _status(age: timedelta, rng: Random) -> str:
    fate = rng.random()
    if fate < CANCELLED:
        return "cancelled"
    if age < PENDING:
        return "pending"
    if age < PROCESSED:
        return "processed"
    if age < SHIPPED:
        return "shipped"
    return "returned" if fate < CANCELLED + RETURNED and age > timedelta(days=20) else "delivered"
