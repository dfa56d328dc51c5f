"""Loading a folder in Hawker's own layout: what is taken, mended, refused; and that a second load changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.customer import Consent, Event, Order, OrderLine, Review
from core.errors import UserError
from core.settings import Settings
from core.shop import Brand, Document, Product, Variant
from shop.acts import clean_event, clean_order, clean_post, clean_review, clean_turn
from shop.cleaning import clean_customer, clean_document, clean_product
from shop.fields import Fields, RowRefused
from shop.loading import load_shop
from shop.records import SourceRecord
from shop.report import LISTED
from store.opening import Store, open_store

NOON = "2026-03-01T12:00:00Z"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONSENT = {"channel": "email", "granted": True, "at": NOON, "source": "checkout"}


@pytest.fixture
def opened(home: Settings) -> Iterator[Store]:
    store = open_store(home)
    yield store
    store.close()


def _lines(path: Path, *records: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small shop, every kind of record once or twice, all of it good."""
    made = tmp_path / "shop"
    variant = {"id": "T-R", "options": {"colour": "red"}, "price": "81.50", "stock": 0}
    _lines(
        made / "products.jsonl",
        {
            "id": "T",
            "name": {"en": "Tent", "zh": "帐篷"},
            "price": "79.00",
            "category": ["Tents"],
            "variants": [variant],
        },
        {"id": "B", "name": "Bag", "attributes": {"en": {"weight": "1 kg"}}},
    )
    _lines(
        made / "customers.jsonl",
        {"id": "c1", "first_name": "Ann", "email": "ann@example.org", "consents": [CONSENT]},
        {"id": "c2", "language": "zh-CN"},
    )
    line = {"product_id": "T", "name": "Tent", "quantity": 2, "price": "79.00"}
    _lines(made / "orders.jsonl", {"id": "o1", "customer_id": "c1", "placed": NOON, "lines": [line], "tracking": ["X"]})
    _lines(made / "events.jsonl", {"customer_id": "c1", "kind": "view", "at": NOON, "product_id": "T"})
    _lines(
        made / "reviews.jsonl", {"id": "r1", "text": "很好的帐篷", "product_id": "T", "customer_id": "c1", "rating": 5}
    )
    knowledge = made / "knowledge" / "zh"
    knowledge.mkdir(parents=True)
    (knowledge / "returns.md").write_text("---\nvisibility: staff\n---\n# 退货\n\n30 天内可退。", encoding="utf-8")
    (made / "BRAND.yaml").write_text("name: Fellway\nlanguages: [en, zh]\n", encoding="utf-8")
    return made


def _everything(store: Store) -> tuple[object, ...]:
    shop = store.shop
    orders = list(store.orders.all())
    return shop.brand(), shop.products(), shop.documents(), list(store.customers.all()), orders, shop.reviews()


def test_every_kind_is_loaded_as_it_is_written(opened: Store, folder: Path) -> None:
    stages: list[str] = []
    report = load_shop(opened, folder, progress=stages.append)
    assert report.taken == {"products": 2, "documents": 1, "customers": 2, "orders": 1, "events": 1, "reviews": 1}
    assert not report.mended_notes
    assert not report.refused_notes
    assert stages[0] == "reading products from products.jsonl"
    shop = opened.shop
    assert shop.brand() == Brand("Fellway", languages=("en", "zh"))
    red = Variant("T-R", {"colour": "red"}, Decimal("81.50"), False, 0)
    assert shop.product("T") == Product(
        "T", {"en": "Tent", "zh": "帐篷"}, price=Decimal("79"), category=("Tents",), variants=(red,)
    )
    assert shop.product("B").attributes == {"en": {"weight": "1 kg"}}
    source = "knowledge/zh/returns.md"
    assert shop.documents() == [Document(source[:-3], "退货", "# 退货\n\n30 天内可退。", "zh", "staff", source)]
    assert opened.customers.get("c1").consents == (Consent("email", True, AT, "checkout"),)
    assert opened.customers.get("c2").language == "zh"
    line = OrderLine("T", "Tent", 2, Decimal("79.00"))
    assert opened.orders.of("c1") == [Order("o1", "c1", (line,), placed=AT, tracking=("X",))]
    assert opened.events.of("c1") == [Event("c1", "view", AT, "T")]
    assert shop.reviews() == [Review("r1", "很好的帐篷", "T", "c1", 5.0, language="zh")]


def test_a_second_load_changes_nothing(opened: Store, folder: Path) -> None:
    first = load_shop(opened, folder)
    before = _everything(opened)
    assert load_shop(opened, folder) == first
    assert _everything(opened) == before
    assert opened.shop.counts()["events"] == 1


def test_csv_files_have_the_same_columns(opened: Store, tmp_path: Path) -> None:
    consents = json.dumps([CONSENT]).replace('"', '""')
    (tmp_path / "customers.csv").write_text(f'id,email,attributes.size,consents\nc1,ann@example.org,M,"{consents}"\n')
    (tmp_path / "products.csv").write_text("id,name.en,category,price\nT,Tent,Outdoor | Tents,$79.00\n")
    load_shop(opened, tmp_path)
    assert opened.customers.get("c1").attributes == {"size": "M"}
    assert opened.customers.get("c1").consents[0].granted
    assert opened.shop.product("T").category == ("Outdoor", "Tents")
    load_shop(opened, tmp_path / "products.csv")
    assert opened.shop.counts()["products"] == 1


def test_what_is_wrong_in_a_row_is_told_with_its_place(opened: Store, folder: Path) -> None:
    _lines(
        folder / "customers.jsonl",
        {"id": "c1", "email": "ann at home", "created": "2026-03-01", "frist_name": "Ann"},
        {"first_name": "Bob"},
        {"id": "c1"},
        {"id": "c3", "consents": [{"channel": "email", "granted": "maybe", "at": NOON, "source": "x"}]},
    )
    _lines(folder / "orders.jsonl", {"id": "o2", "customer_id": "nobody"})
    _lines(folder / "events.jsonl", {"customer_id": "c1", "kind": "view", "at": "yesterday"})
    _lines(folder / "reviews.jsonl", {"id": "r2", "text": "Fine", "customer_id": "nobody", "rating": 9})
    (folder / "knowledge" / "secret.md").write_text("---\nvisibility: secret\n---\nWe pay late.")
    report = load_shop(opened, folder)
    refused = [str(note) for note in report.refused_notes]
    assert refused == [
        "knowledge/secret.md line 1: visibility 'secret': not one of public, desk, staff",
        "customers.jsonl line 2: id '': missing",
        "customers.jsonl line 3: id 'c1': an earlier row has this id",
        "customers.jsonl line 4: consents.0.granted 'maybe': a consent says yes or no and when",
        "orders.jsonl line 1: customer_id 'nobody': no such customer",
        "events.jsonl line 1: at 'yesterday': no readable time",
    ]
    mended = [(note.field, note.why) for note in report.mended_notes]
    assert mended == [
        ("email", "not an e-mail address: left out"),
        ("created", "no time zone: taken as UTC"),
        ("frist_name", "unknown field: left out"),
        ("rating", "outside 1 to 5: left out"),
        ("customer_id", "no such customer: left out"),
    ]
    assert report.taken["customers"] == 1
    assert report.refused["customers"] == 3
    assert opened.customers.get("c1").email is None
    assert opened.shop.reviews()[0].customer_id is None
    assert "customers: 4 read, 1 taken, 1 of them mended, 3 refused" in str(report)


def test_a_long_list_of_refusals_is_capped_and_counted(opened: Store, tmp_path: Path) -> None:
    _lines(tmp_path / "products.jsonl", *({"id": f"P{number}"} for number in range(LISTED + 30)))
    report = load_shop(opened, tmp_path)
    assert report.refused == {"products": LISTED + 30}
    assert len(report.refused_notes) == LISTED
    assert str(report).endswith("... and 30 more rows mended or refused")


def test_a_file_that_cannot_be_read_leaves_the_store_as_it_was(opened: Store, folder: Path) -> None:
    (folder / "reviews.csv").write_text(",\nr1,fine\nr2,not,so\n")
    with pytest.raises(UserError, match=r"reviews.csv line 1: .* names the columns"):
        load_shop(opened, folder)
    assert set(opened.shop.counts().values()) == {0}
    assert opened.shop.brand() is None


@pytest.mark.parametrize(
    ("brand", "said"),
    [("sender: x", "name"), ("name: 7", "name"), ("name: x\nvioce: {}", "vioce"), ("- x", "BRAND.yaml")],
)
def test_a_wrong_brand_is_named(opened: Store, folder: Path, brand: str, said: str) -> None:
    (folder / "BRAND.yaml").write_text(brand)
    with pytest.raises(UserError, match=said):
        load_shop(opened, folder)
    assert opened.shop.counts()["products"] == 0


def test_an_empty_or_missing_source_is_refused(opened: Store, tmp_path: Path) -> None:
    for source in (tmp_path, tmp_path / "none"):
        with pytest.raises(UserError, match="SOURCE"):
            load_shop(opened, source)


def test_nobody_who_was_erased_comes_back_with_an_old_export(opened: Store, folder: Path) -> None:
    load_shop(opened, folder)
    opened.erase("c1")
    report = load_shop(opened, folder)
    assert opened.customers.ids() == {"c2"}
    assert [(note.kind, note.why) for note in report.refused_notes] == [
        (kind, "this person was erased") for kind in ("customers", "orders", "events", "reviews")
    ]
    assert "c1" not in str(report)


CLEANERS: tuple[Callable[[Fields], Any], ...] = (
    clean_product,
    clean_document,
    clean_customer,
    clean_order,
    clean_event,
    clean_review,
    clean_post,
    clean_turn,
)
NAMES = (
    *("id", "name", "description", "attributes", "category", "price", "stock", "variants", "options", "text", "title"),
    *("visibility", "language", "email", "consents", "granted", "at", "source", "channel", "customer_id", "lines"),
    *("product_id", "quantity", "placed", "kind", "rating", "value", "url", "tracking", "total", "phone"),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["T", NOON, "zh"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NAMES, "en"]), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8))
def test_any_record_is_taken_or_refused_and_never_breaks_the_load(content: dict[str, Any]) -> None:
    for clean in CLEANERS:
        row = Fields("any", SourceRecord("a.jsonl", 1, {"id": "x", **content}))
        with suppress(RowRefused):
            taken = clean(row)
            row.note_unknown()
            # what is taken can be stored: no lone surrogate is left, which no database takes
            json.dumps(asdict(taken), ensure_ascii=False, default=str).encode("utf-8")
