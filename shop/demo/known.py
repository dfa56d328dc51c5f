"""The customers whom the demo knows by name, each with an order on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from core.customer import Customer, Order, OrderLine
from shop.demo.orders import CURRENCY, choose_variant, order_total, product_named
from shop.demo.people import Name
from shop.demo.traits import Given

DEMO_CUSTOMER = "C-00001"
"""Nora Whitfield, English, camps at weekends; her latest order is DEMO_ORDER"""
DEMO_CUSTOMER_ZH = "C-00002"
"""沈清扬 (Shen Qingyang), Chinese, walks far with little; the latest order is DEMO_ORDER_ZH"""
DEMO_ORDER = "FO-90001"
DEMO_ORDER_ZH = "FO-90002"


@dataclass(frozen=True, slots=True)
class Known:
    name: Name
    given: Given
    order_id: str
    products: tuple[str, ...]
    days_ago: int
    tracking: str

    def last_order(self, customer: Customer, rng: Random, now: datetime) -> Order:
        """The order on its way, at full price, in the customer's sizes."""
        lines = tuple(_line(customer, product, rng) for product in self.products)
        return Order(
            id=self.order_id,
            customer_id=customer.id,
            lines=lines,
            status="shipped",
            placed=now - timedelta(days=self.days_ago, hours=2),
            total=order_total(lines, customer.attributes["country"]),
            currency=CURRENCY,
            tracking=(self.tracking,),
        )


KNOWN = {
    DEMO_CUSTOMER: Known(
        name=Name("Nora", "Whitfield", "nora.whitfield"),
        given=Given("weekend-camper", "en", "US"),
        order_id=DEMO_ORDER,
        products=("TENT-2", "SLEEP-5"),
        days_ago=3,
        tracking="FH4407719620",
    ),
    DEMO_CUSTOMER_ZH: Known(
        name=Name("清扬", "沈", "shen.qingyang"),
        given=Given("ultralight-hiker", "zh", "CN"),
        order_id=DEMO_ORDER_ZH,
        products=("FOOT-3", "HYDR-1", "LAYER-1"),
        days_ago=5,
        tracking="FH4407733815",
    ),
}


def _line(customer: Customer, product_id: str, rng: Random) -> OrderLine:
    product = product_named(product_id)
    variant = choose_variant(product, customer.attributes, rng)
    name = product.named(customer.language)
    if variant is None:
        return OrderLine(product.id, name, 1, product.price)
    return OrderLine(product.id, name, 1, variant.price, variant.id, variant.options)
