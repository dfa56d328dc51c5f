"""Rows are read strictly, checked as production checks, and twins are found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import UserError
from evals.likeness import distinct, grams, likeness
from finetune.corpus import ShopCorpus, read_corpus
from finetune.corpus_check import check, main
from finetune.likeness import nearest, twins
from finetune.row_checks import strange_words

PRODUCT = {
    "id": "CUP-1",
    "name": {"en": "Fern Mug", "zh": "蕨叶杯"},
    "description": {"en": "The handle fits three fingers. Glazed in pale green.", "zh": "手柄好握，淡绿釉面。"},
    "attributes": {"en": {"Material": "stoneware"}},
    "category": ["kitchen", "cups"],
    "price": "12.00",
    "currency": "USD",
}
ARTICLE = "---\nid: returns\ntitle: Returns\nlanguage: en\nvisibility: public\n---\nSend it back within 21 days.\n"
AD: dict[str, Any] = {
    "id": "ad-1",
    "language": "en",
    "channel": "meta-feed",
    "product": "CUP-1",
    "segment": "loyal",
    "lines": [
        {
            "part": "primary_text",
            "kind": "sentence",
            "fact": "The handle fits three fingers",
            "text": "Hold it with three fingers and keep the fourth for the newspaper.",
        }
    ],
}
TURN: dict[str, Any] = {
    "id": "sup-1",
    "language": "en",
    "kind": "answerable",
    "question": "how long do i have to send a mug back",
    "passages": [{"title": "Returns", "text": "Send it back within 21 days."}],
    "answer": "You can send it back within 21 days.",
    "cites": [0],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shop = tmp_path / "crockery"
    (shop / "rows").mkdir(parents=True)
    (shop / "knowledge").mkdir()
    (shop / "BRAND.yaml").write_text("name: Fern and Clay\ncurrency: USD\nlanguages: [en, zh]\n", "utf-8")
    (shop / "products.jsonl").write_text(json.dumps(PRODUCT), "utf-8")
    (shop / "knowledge" / "returns.md").write_text(ARTICLE, "utf-8")
    return shop


def shop_with(folder: Path, file: str, *rows: dict[str, Any]) -> ShopCorpus:
    (folder / "rows" / file).write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return read_corpus(folder)


def test_a_sound_ad_has_no_problem(folder: Path) -> None:
    assert check(shop_with(folder, "ads.jsonl", AD)) == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"product": "CUP-9"}, "not in products.jsonl"),
        ({"segment": "rich people"}, "is none of champions"),
        ({"channel": "billboard"}, "one of google-rsa"),
        ({"fact": "It keeps tea warm"}, "not in the product's record"),
        ({"text": "Three fingers, and free shipping."}, "claims"),
        ({"text": "Hold it with four fingers or more."}, "numbers"),
        ({"text": "Hold it with {fingers} and {price} more."}, "slots"),
        (
            {"part": "headline", "text": "Three fingers fit through the handle of this one, and then some"},
            "kind of line",
        ),
    ],
)
def test_each_fault_of_an_ad_is_named(folder: Path, changed: dict[str, str], why: str) -> None:
    line = {**AD["lines"][0], "text": "Three fingers fit.", **{k: v for k, v in changed.items() if k in AD["lines"][0]}}
    row = {**AD, **{k: v for k, v in changed.items() if k in AD}, "lines": [line]}
    assert any(why in problem.why for problem in check(shop_with(folder, "ads.jsonl", row)))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"answer": "You can send it back within 30 days."}, "numbers"),
        ({"kind": "not_covered"}, "kind not_covered"),
        ({"answer": "{handoff}"}, "kind answerable"),
        ({"passages": [{"title": "Returns", "text": "Send it back within 22 days."}]}, "in no article"),
        ({"cites": [3]}, "counted from 0"),
    ],
)
def test_each_fault_of_a_support_turn_is_named(folder: Path, changed: dict[str, Any], why: str) -> None:
    assert check(shop_with(folder, "support.jsonl", TURN)) == []
    assert any(why in problem.why for problem in check(shop_with(folder, "support.jsonl", {**TURN, **changed})))


def test_words_without_a_fact_are_listed_for_a_person(folder: Path) -> None:
    line = {**AD["lines"][0], "text": "Hold the bone china handle with three fingers."}
    words = dict(strange_words(shop_with(folder, "ads.jsonl", {**AD, "lines": [line]})))
    assert words == {"bone": "ad-1", "china": "ad-1"}


def test_a_row_with_an_unknown_field_is_named_by_file_and_line(folder: Path) -> None:
    with pytest.raises(UserError, match=r"support\.jsonl line 2: mod") as raised:
        shop_with(folder, "support.jsonl", TURN, {**TURN, "mod": "angry"})
    assert raised.value.exit_status == 2


def test_the_command_ends_with_3_where_a_row_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop_with(folder, "support.jsonl", TURN, TURN)
    assert main([str(folder)]) == 3
    assert "2 rows have this id" in capsys.readouterr().out


def test_twins_are_texts_that_share_most_of_their_letters() -> None:
    texts = [
        ("a", "Pour the first coffee and let the house wake up."),
        ("b", "Pour the first coffee and let this house wake up!"),
        ("c", "Three fingers fit, and the fourth holds the paper."),
    ]
    assert [(name, other) for name, other, _ in twins(texts)] == [("b", "a")]
    assert likeness(grams("tea"), grams("tea")) == 1.0
    assert likeness(grams("teapot"), grams("window")) == 0.0


def test_variety_is_one_for_texts_that_share_nothing() -> None:
    assert distinct(["pour the tea", "open a window"], 1) == 1.0
    assert distinct(["tea tea tea"], 1) == pytest.approx(1 / 3)
    assert distinct(["喝茶喝茶"], 2) == pytest.approx(2 / 3)
    assert nearest(["teapot", "window"]) == [0.0, 0.0]
    assert nearest(["teapot", "window", "teapot"]) == [1.0, 0.0, 1.0]
    assert nearest(["alone"]) == [0.0]
