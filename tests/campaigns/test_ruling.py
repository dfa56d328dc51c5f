"""A campaign's rule is asked of the shop as it stands, by its line or by its name in the home."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agent.copy.readership import addressed
from agent.house import House
from campaigns.ruling import who_fits
from core.customer import Customer, Order, OrderLine
from core.errors import UserError
from core.settings import Settings
from core.shop import Product

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_a_rule_by_line_and_by_name(home: Settings) -> None:
    home.home.mkdir(parents=True, exist_ok=True)
    (home.home / "segments.yaml").write_text("quiet:\n  rule: last_order > 90 days\n  angle: {en: Ask how they are.}\n")
    with House(home) as house:
        house.store.shop.put_products([Product("T1", {"en": "Tent"}, category=("tents",), price=Decimal(90))])
        house.store.customers.put([Customer("ann"), Customer("bob")])
        line = OrderLine("T1", "Tent", 1, Decimal(90))
        bought = [("ann", NOW - timedelta(days=200)), ("bob", NOW)]
        house.store.orders.put([Order(one, one, (line,), "delivered", at, Decimal(90)) for one, at in bought])
        assert who_fits(house, "quiet") == ["ann"]
        assert who_fits(house, "category = tents within 30 days") == ["bob"]
    assert addressed(home, "quiet", "en") == "Ask how they are."
    assert addressed(home, "loyal", "en").startswith("Loyal customers: ")
    with pytest.raises(UserError, match=r"champions, .*, quiet"):
        addressed(home, "kings", "en")
