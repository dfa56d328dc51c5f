"""After a load: profiles and indexes in line with the store, and nothing done twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from agent.house import House
from agent.refresh import refresh
from core.customer import Customer, Order, OrderLine
from core.settings import Settings
from core.shop import Document, Product

pytestmark = pytest.mark.model
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KAYAK = Product("KAYAK-1", {"en": "Heron kayak"}, {"en": "A light kayak."}, category=("water", "kayaks"))
TENT = Product("TENT-1", {"en": "Lark tent"}, {"en": "A small tent."}, category=("camp", "tents"))


@pytest.fixture
def house(home: Settings) -> Iterator[House]:
    with House(home) as opened:
        opened.store.shop.put_products([KAYAK, TENT])
        opened.store.shop.put_documents([Document("returns", "Returns", "Return a tent within 30 days.", "en")])
        opened.store.customers.put([Customer("ann"), Customer("bob")])
        line = OrderLine("TENT-1", "Lark tent", 1, Decimal("300"))
        opened.store.orders.put([Order("O-1", "ann", (line,), placed=NOON)])
        yield opened


def test_every_customer_gets_a_profile_and_the_stages_are_told(house: House) -> None:
    stages: list[str] = []
    done = refresh(house, stages.append)
    assert done.profiles == 2
    assert stages == [
        "indexing knowledge",
        "indexing products",
        "drawing customer profiles",
        "indexing customer profiles",
    ]
    anns = house.store.profiles.get("ann")
    assert anns is not None
    assert (anns.order_count, anns.last_product_id) == (1, "TENT-1")
    found = house.retrieval.search_passages("return a tent").passages
    assert {"document:returns", "product:TENT-1"} <= {passage.source for passage in found}


def test_a_second_refresh_embeds_nothing(house: House) -> None:
    refresh(house)
    again = refresh(house)
    assert [report.embedded for report in (again.documents, again.products, again.customers)] == [0, 0, 0]


def test_only_what_changed_is_embedded_again(house: House) -> None:
    first = refresh(house)
    house.store.shop.put_products([replace(KAYAK, description={"en": "A light kayak for two."})])
    second = refresh(house)
    assert 0 < second.products.embedded < first.products.embedded
    assert second.documents.embedded == 0


def test_what_was_bought_since_is_known(house: House) -> None:
    refresh(house)
    line = OrderLine("KAYAK-1", "Heron kayak", 1, Decimal("900"))
    house.store.orders.put([Order("O-2", "ann", (line,), placed=NOON.replace(month=4))])
    refresh(house)
    anns = house.store.profiles.get("ann")
    assert anns is not None
    assert (anns.order_count, anns.last_product_id) == (2, "KAYAK-1")
