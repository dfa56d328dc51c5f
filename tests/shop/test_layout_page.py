"""docs/LAYOUT.md says what is so: its example loads, its mapping is one, its tables name every field and step."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import yaml

from core.customer import Consent, Customer, Event, Order, OrderLine, Review
from core.settings import Settings
from core.shop import Brand, Document, Product, Variant
from shop.loading import load_shop
from shop.mapping import Mapped, Rule
from store.opening import open_store

PAGE = (Path(__file__).parents[2] / "docs" / "LAYOUT.md").read_text("utf-8")
SAID = set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)))
IMPLIED = {"source", "text"}
"""of a document: where it was read and what it says"""


def test_every_field_is_named() -> None:
    kinds = (Brand, Product, Variant, Document, Customer, Consent, Order, OrderLine, Event, Review)
    for kind in kinds:
        assert {field.name for field in fields(kind)} - IMPLIED <= SAID, kind.__name__


def test_every_step_of_a_rule_is_named() -> None:
    assert {field.alias or name for name, field in Rule.model_fields.items()} <= SAID


def test_the_example_mapping_is_one() -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    mapped = Mapped.model_validate(yaml.safe_load(example))
    assert mapped.customers[0].consent[0].granted


def test_the_example_records_load(home: Settings, tmp_path: Path) -> None:
    [example] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    product, customer = example.replace("\n ", " ").strip().split("\n")
    (tmp_path / "products.jsonl").write_text(product, encoding="utf-8")
    (tmp_path / "customers.jsonl").write_text(customer, encoding="utf-8")
    store = open_store(home)
    report = load_shop(store, tmp_path)
    store.close()
    assert report.taken == {"products": 1, "customers": 1}
    assert not report.mended_notes
