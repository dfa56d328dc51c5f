"""Our own corpora are sound, become examples, and share nothing with the shops that they are graded on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.desk.hearing import HANDOFF
from finetune.corpus import CORPORA, read_corpus
from finetune.corpus_check import check
from finetune.examples import examples

SHOPS = sorted(path for path in CORPORA.iterdir() if path.is_dir())
HELD_OUT = sorted((CORPORA.parents[1] / "evals" / "shops").iterdir())


@pytest.mark.parametrize("folder", SHOPS, ids=lambda path: path.name)
def test_every_row_is_sound_and_a_quarter_of_the_questions_are_not_answered(folder: Path) -> None:
    shop = read_corpus(folder)
    assert check(shop) == []
    made = list(examples(shop))
    assert {one.task for one in made} == {"copy", "email", "support"}
    assert {one.language for one in made} == {"en", "zh"}
    assert len({one.id for one in made}) == len(made)
    assert all(one.prompt.endswith("-bare") for one in made)
    assert sum(turn.answer == HANDOFF for turn in shop.support) >= 0.25 * len(shop.support)


@pytest.mark.parametrize("folder", HELD_OUT, ids=lambda path: path.name)
def test_a_held_out_shop_has_its_answers_in_its_records(folder: Path) -> None:
    shop = read_corpus(folder)
    assert not [*shop.ads, *shop.emails, *shop.support], "nobody learns from it"
    sources = {document.id for document in shop.documents} | set(shop.products)
    lines = (folder / "questions.jsonl").read_text("utf-8").splitlines()
    for question in map(json.loads, lines):
        assert bool(question["expect"]) == question["answerable"], question["question"]
        assert not question["answerable"] or question["source"] in sources, question["source"]


def test_no_shop_sells_what_a_held_out_shop_sells() -> None:
    sold = {
        name for folder in SHOPS for product in read_corpus(folder).products.values() for name in product.name.values()
    }
    held = {
        name
        for folder in HELD_OUT
        for product in read_corpus(folder).products.values()
        for name in product.name.values()
    }
    assert sold.isdisjoint(held)
