"""The customers whom the demo knows by name, each with an order on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.customer import Customer, Order, OrderLine
from shop.demo.orders import CURRENCY, order_total, product_named
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
    lines: tuple[tuple[str, str | None], ...]
    """product, variant"""
    days_ago: int
    tracking: str

    def last_order(self, customer: Customer, now: datetime) -> Order:
        """The order on its way, at full price."""
        lines = tuple(_line(customer, product, variant) for product, variant in self.lines)
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
        lines=(("TENT-2", "TENT-2-MOSS"), ("SLEEP-5", "SLEEP-5-REGULAR")),
        days_ago=3,
        tracking="FH4407719620",
    ),
    DEMO_CUSTOMER_ZH: Known(
        name=Name("清扬", "沈", "shen.qingyang"),
        given=Given("ultralight-hiker", "zh", "CN"),
        order_id=DEMO_ORDER_ZH,
        lines=(("FOOT-3", "FOOT-3-EU41"), ("HYDR-1", None), ("LAYER-1", "LAYER-1-M")),
        days_ago=5,
        tracking="FH4407733815",
    ),
}


def _line(customer: Customer, product_id: str, variant_id: str | None) -> OrderLine:
    product = product_named(product_id)
    variant = next((variant for variant in product.variants if variant.id == variant_id), None)
    price = (variant.price if variant else None) or product.price or Decimal(0)
    options = variant.options if variant else {}
    return OrderLine(product.id, product.named(customer.language), 1, price, variant_id, options)
