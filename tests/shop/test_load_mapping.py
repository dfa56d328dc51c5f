"""A mapping moves and cuts values, and a wrong one is refused naming its wrong key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.errors import UserError
from shop.converting import convert, unfold
from shop.mapping import Rule, read_mapping
from shop.records import SourceRecord

CONTENT = {
    "name": {"first": "Ann", "last": ""},
    "Product.Name": "Tent",
    "path": "A | B |  | C",
    "spec": "Item Weight: 2 kg (see terms)|Colour:red|ASIN: B",
    "items": [{"sku": 1, "tags": ["x", "y"]}, {"sku": 2}],
    "label": "0",
    "state": "OK",
}
RECORD = SourceRecord("folder/a.json", "users.ann", CONTENT)


@pytest.mark.parametrize(
    ("rule", "made"),
    [
        ({"from": "name.first"}, "Ann"),
        ({"from": "Product.Name", "language": "en"}, {"en": "Tent"}),
        ({"from": "absent"}, None),
        ({"from": "absent", "language": "en"}, None),
        ({"from": ["name.first", "name.last", "absent"], "join": " "}, "Ann"),
        ({"from": "path", "split": "|"}, ["A", "B", "C"]),
        ({"from": "path", "split": "|", "remove": ["B"], "join": "\n"}, "A\nC"),
        ({"from": "items.*.tags.*"}, ["x", "y"]),
        ({"from": "items.1.sku"}, 2),
        ({"from": "label", "scale": [0, 1]}, 1.0),
        ({"from": "state", "scale": [0, 1]}, "OK"),
        ({"from": "state", "values": {"OK": "delivered"}}, "delivered"),
        ({"constant": "USD"}, "USD"),
        ({"constant": False}, False),
        ({"from": "@line"}, "users.ann"),
        ({"from": "@stem"}, "a"),
        (
            {
                "from": "spec",
                "replace": {r"\(see terms\)": ""},
                "split": "|",
                "pairs": ":",
                "keep": {"colour": "Colour", "itemweight": "Weight"},
            },
            {"Colour": "red", "Weight": "2 kg"},
        ),
        (
            {"from": "spec", "split": "|", "pairs": ":"},
            {"Item Weight": "2 kg (see terms)", "Colour": "red", "ASIN": "B"},
        ),
        ({"each": "items.*", "fields": {"id": "sku"}}, [{"id": 1}, {"id": 2}]),
    ],
)
def test_a_rule_makes_one_field(rule: dict[str, Any], made: object) -> None:
    assert convert(Rule.model_validate(rule), CONTENT, RECORD) == made


def test_a_digest_belongs_to_the_content_and_not_to_its_place() -> None:
    rule = Rule.model_validate({"from": "@digest"})
    moved = SourceRecord("b.json", 7, dict(reversed(CONTENT.items())))
    changed = SourceRecord("b.json", 7, {**CONTENT, "label": "1"})
    assert convert(rule, CONTENT, RECORD) == convert(rule, CONTENT, moved)
    assert convert(rule, CONTENT, RECORD) != convert(rule, CONTENT, changed)


def test_dotted_columns_unfold() -> None:
    flat = {"id": "P1", "name.en": "Tent", "name.zh": "", "category": "A | B", "variants": '[{"id": "V"}]', "brand": ""}
    assert unfold(flat) == {"id": "P1", "name": {"en": "Tent"}, "category": ["A", "B"], "variants": [{"id": "V"}]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prodcts: []", "prodcts"),
        ("products: [{file: a.csv, fields: {id: {form: sku}}}]", r"products\.0\.fields\.id\.form"),
        ("products: [{fields: {}}]", "exactly one of file, table, query"),
        ("products: [{file: a.csv, format: xls}]", r"products\.0\.format"),
        ("products: [{file: a.csv, fields: {id: {from: x, replace: {'(': ''}}}}]", "no regular expression"),
        ("customers: [{file: a.csv, consent: [{channel: email, source: x}]}]", r"consent\.0\.granted"),
        ("customers: [{file: a.csv, consent: [{channel: e, source: x, granted: true, at: 2026-01-01}]}]", r"0\.at"),
        ("products: [", "well-formed YAML"),
        ("", "map.yaml"),
    ],
)
def test_a_wrong_mapping_names_its_wrong_key(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=said) as refused:
        read_mapping(path)
    assert "\n" not in str(refused.value)


def test_a_missing_mapping_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"--map: got .*none.yaml"):
        read_mapping(tmp_path / "none.yaml")
