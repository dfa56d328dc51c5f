"""The quality page says what is missing and what that costs, and needs nothing from the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.customer import Customer, Event
from core.settings import Settings
from shop.loading import load_shop
from shop.quality.gaps import find_gaps
from shop.quality.measures import measure
from shop.quality.page import draw_page
from store.opening import Store, open_store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def opened(home: Settings) -> Iterator[Store]:
    store = open_store(home)
    yield store
    store.close()


def test_each_gap_is_told_with_its_price(opened: Store, tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("id,name,price\nT,Tent,79.00\nB,Bag,\n")
    (tmp_path / "customers.csv").write_text("id,email\nc1,ann@example.org\nc2,nowhere\n")
    (tmp_path / "orders.csv").write_text(
        "id,customer_id,placed,product_id,quantity\no1,c1,2026-03-01T12:00:00Z,T,1\no2,c1,,X,1\no3,c9,,T,1\n"
    )
    load_shop(opened, tmp_path)
    opened.events.append([Event("c1", "view", NOON, "X")])
    found = measure(opened)
    assert found.filled["products"]["price"] == 0.5
    assert found.filled["customers"]["email"] == 0.5
    assert found.filled["orders"]["placed"] == 0.5
    assert found.months == {"orders": {"2026-03": 1}, "events": {"2026-03": 1}, "reviews": {}}
    assert found.orphans["order lines of unknown products"] == found.orphans["events of unknown products"] == 1
    assert found.orphans["customers without an order"] == 1
    said = [gap.what for gap in find_gaps(found)]
    assert "1 buyers, fewer than 500" in said
    assert "no reviews" in said
    assert "50% of orders have no placed" in said
    assert find_gaps(found)[0].serious

    page = draw_page("<Fellway>", found, find_gaps(found))
    assert "&lt;Fellway&gt;" in page
    assert "no such customer" in page
    assert "nowhere" not in page  # what was wrong with a row, and never its value
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)


def test_an_empty_store_has_a_page_too(opened: Store) -> None:
    opened.customers.put([Customer("c1")])
    assert "Nothing was loaded yet" in draw_page("x", measure(opened), find_gaps(measure(opened)))
