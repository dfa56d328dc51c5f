"""What the shop shelf keeps: products with variants in order, documents, reviews, the brand; all of it twice over."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.customer import Customer, Event, Order, Review
from core.errors import NotFound, UserError
from core.shop import Brand, Document, Product, Variant
from store.opening import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TENT = Product(
    id="TENT-2",
    name={"en": "Ridge tent", "zh": "山脊帐篷"},
    description={"en": "For two."},
    attributes={"en": {"weight": "2.1 kg", "colour": "green"}},
    category=("Outdoor", "Tents"),
    brand="Fellway",
    price=Decimal("79.00"),
    currency="USD",
    stock=3,
    url="https://example.org/tent",
    variants=(
        Variant("TENT-2-R", {"colour": "red"}, Decimal("81.50"), False, 0),
        Variant("TENT-2-G", {"colour": "green"}, Decimal("79.00")),
    ),
)


def test_a_product_comes_back_as_it_was_put(store: Store) -> None:
    store.shop.put_products([TENT])
    store.shop.put_products([TENT])
    assert store.shop.product("TENT-2") == TENT
    assert list(store.shop.product("TENT-2").attributes["en"]) == ["weight", "colour"]
    assert store.shop.products() == [TENT]


def test_a_product_put_anew_loses_the_variants_it_no_longer_has(store: Store) -> None:
    store.shop.put_products([TENT])
    plain = Product("TENT-2", {"en": "Ridge tent"})
    store.shop.put_products([plain])
    assert store.shop.product("TENT-2") == plain


def test_products_come_in_pages(store: Store) -> None:
    store.shop.put_products([Product(f"P{number}", {"en": "x"}) for number in range(5)])
    assert [product.id for product in store.shop.products(offset=1, limit=2)] == ["P1", "P2"]


def test_a_wrong_product_id_is_answered_with_close_ones(store: Store) -> None:
    store.shop.put_products([TENT])
    with pytest.raises(NotFound, match=r"--product: got 'TENT-3'.*did you mean TENT-2") as refused:
        store.shop.product("TENT-3")
    assert refused.value.http_status == 404


def test_documents_and_brand_come_back(store: Store) -> None:
    returns = Document("returns-zh", "退货", "30 天内可退。", "zh", "desk", "knowledge/zh/returns.md")
    brand = Brand(
        "Fellway", "Fellway Outdoor", {"en": "Plain."}, ("sturdy",), ("cheap",), "1 Road", "USD", ("en", "zh")
    )
    assert store.shop.brand() is None
    store.shop.put_documents([returns])
    store.shop.set_brand(brand)
    store.shop.set_brand(brand)
    assert store.shop.document("returns-zh") == returns
    assert store.shop.documents() == [returns]
    assert store.shop.brand() == brand


def test_reviews_come_newest_first_and_undated_last(store: Store) -> None:
    reviews = [
        Review("r1", "old", "TENT-2", rating=4.5, at=NOON.replace(year=2025)),
        Review("r2", "undated", "TENT-2"),
        Review("r3", "new", "TENT-2", at=NOON),
        Review("r4", "of another", "BAG-1", at=NOON),
    ]
    store.shop.put_reviews(reviews)
    assert [review.id for review in store.shop.reviews("TENT-2")] == ["r3", "r1", "r2"]
    assert store.shop.reviews("TENT-2", limit=1) == [reviews[2]]


def test_counts_and_samples_name_every_kind(store: Store) -> None:
    store.shop.put_products([TENT])
    store.customers.put([Customer("c2"), Customer("c1")])
    store.orders.put([Order("o1", "c1")])
    store.events.append([Event("c1", "view", NOON)])
    assert store.shop.counts() == {
        "products": 1,
        "documents": 0,
        "customers": 2,
        "orders": 1,
        "reviews": 0,
        "events": 1,
    }
    assert store.shop.sample_ids("customers", 1) == ["c1"]
    with pytest.raises(UserError, match="one of products"):
        store.shop.sample_ids("secrets", 1)
