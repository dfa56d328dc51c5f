"""The mappings in docs/examples over the public data sets that they were written for."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from core.customer import Consent
from core.errors import UserError
from core.settings import Settings
from shop.loading import load_shop
from store.opening import Store, open_store

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def opened(home: Settings) -> Iterator[Store]:
    store = open_store(home)
    yield store
    store.close()


def test_tau2_retail(opened: Store, shared_data: Path) -> None:
    source, mapping = shared_data / "tau2_retail", EXAMPLES / "tau2_retail.yaml"
    report = load_shop(opened, source, mapping)
    assert report.taken == {"products": 50, "documents": 1, "customers": 500, "orders": 1000}
    assert not report.mended_notes
    shirt = opened.shop.product("9523456873")
    assert shirt.named("en") == "T-Shirt"
    assert shirt.variants[0].options == {"color": "blue", "size": "M", "material": "cotton", "style": "crew neck"}
    assert shirt.variants[0].price == Decimal("50.88")
    noah = opened.customers.get("noah_brown_6181")
    assert noah.address == "986 Sunset Drive, Suite 259, Denver, CO, 80279, USA"
    assert [consent.source for consent in noah.consents] == ["tau2 import"]
    order = opened.orders.get("#W2611340")
    assert order is not None
    assert (order.total, order.status, order.tracking) == (Decimal("536.65"), "processed", ("357962501027",))
    assert sum(line.price or 0 for line in order.lines) == order.total
    assert [(document.id, document.visibility) for document in opened.shop.documents()] == [("policy", "desk")]

    said = opened.customers.consents()
    no = Consent("email", False, noah.consents[0].at.replace(year=2999), "unsubscribe")
    opened.customers.put([type(noah)("noah_brown_6181", consents=(no,))])
    assert load_shop(opened, source, mapping) == report
    assert opened.customers.consents() == {**said, "noah_brown_6181": (*noah.consents, no)}
    assert opened.customers.get("noah_brown_6181").first_name == "Noah"


def test_without_its_consent_lines_nobody_has_consent(opened: Store, shared_data: Path, tmp_path: Path) -> None:
    mapping = yaml.safe_load((EXAMPLES / "tau2_retail.yaml").read_text("utf-8"))
    del mapping["customers"][0]["consent"]
    (tmp_path / "map.yaml").write_text(yaml.safe_dump(mapping))
    load_shop(opened, shared_data / "tau2_retail", tmp_path / "map.yaml")
    assert opened.customers.count() == 500
    assert opened.customers.consents() == {}


def test_amazon_products(opened: Store, shared_data: Path) -> None:
    report = load_shop(opened, shared_data / "amazon_products_1000", EXAMPLES / "amazon_products.yaml")
    assert report.taken == {"products": 1000}
    # 15 ranges, 4 cells that say "Total price:" and 2 with a style sheet in them: no price rather than a wrong one
    assert report.mended == {"products": 21}
    assert {note.field for note in report.mended_notes} == {"price"}
    board = opened.shop.product("4c69b61db1fc16e7013b43fc926e502d")
    assert board.price == Decimal("237.68")
    assert board.category[0] == "Sports & Outdoors"
    assert board.category[-1] == "Longboards"
    assert board.described("en").startswith("RESPONSIVE FLEX")
    assert board.attributes_in("en") == {"Shipping weight": "10.7 pounds"}
    kit = opened.shop.product("18018b6bc416dab347b1b7db79994afa").attributes_in("en")
    assert kit["Dimensions"] == "3.5 x 6.2 x 13 inches"
    assert kit["Recommended age"] == "8 years and up"
    products = opened.shop.products()
    assert not any("entering your model number" in product.described("en") for product in products)
    assert sum(product.price is not None for product in products) == 979
    assert sum(bool(product.attributes) for product in products) > 800


def test_online_shopping_reviews(opened: Store, shared_data: Path) -> None:
    mapping = EXAMPLES / "online_shopping_10_cats.yaml"
    report = load_shop(opened, shared_data / "online_shopping_10_cats", mapping)
    assert report.taken == {"reviews": 51_707}
    assert report.refused == {"reviews": 0}
    reviews = opened.shop.reviews()
    assert {review.rating for review in reviews} == {1.0, 5.0}
    assert {review.language for review in reviews} == {"zh"}
    assert len({review.category for review in reviews}) == 10
    assert not any(review.text.startswith("\ufeff") for review in reviews)


def test_a_mapping_for_other_columns_names_the_one_that_is_missing(opened: Store, tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("sku,title\n1,Tent\n")
    with pytest.raises(UserError, match=r"mapping of id: got 'Uniq Id', expected a column of products.csv: sku, title"):
        load_shop(opened, tmp_path, EXAMPLES / "amazon_products.yaml")
    with pytest.raises(UserError, match=r"tau2_retail.yaml: file: got 'db.json'"):
        load_shop(opened, tmp_path, EXAMPLES / "tau2_retail.yaml")
