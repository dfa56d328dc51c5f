"""The held-out questions and how a turn is judged: phrasings that keep the answer, pass^k, hand-overs, numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import UserError
from core.facts import Citation, Conditioning
from core.support import Action, SupportAnswer
from evals.held_out.desk import Trial, invented_numbers, pass_counts, served
from evals.held_out.questions import HeldOutQuestion, held_out_questions
from evals.held_out.rephrasing import phrasing
from evals.held_out.shops import shop_folder, shop_names

LABEL = HeldOutQuestion("whats the charge for a return label", "en", True, ("4.50",), "returns.en")
MICROWAVE = HeldOutQuestion("Can I warm food in it?", "en", False, ())
CONTACT = "hello@otterby.example or +44 1632 960 418"


def given(answer: str, action: Action = "answer", quote: str = "") -> SupportAnswer:
    citations = (Citation("document:returns.en", quote),) if quote else ()
    return SupportAnswer(answer, action, "", citations, Conditioning(), (), "c", None, None, 0.1, 0.1)


def test_every_shop_has_its_questions_and_every_source_is_an_article_or_a_product() -> None:
    assert shop_names() == ("garden", "pets")
    for shop in shop_names():
        folder = shop_folder(shop)
        asked = held_out_questions(folder)
        known = {path.stem + "." + path.parent.name for path in folder.glob("knowledge/*/*.md")}
        known |= {json.loads(line)["id"] for line in (folder / "products.jsonl").read_text("utf-8").splitlines()}
        assert len(asked) == 84
        assert all(bool(one.expect) == one.answerable == (one.source is not None) for one in asked)
        assert {one.source for one in asked if one.source} <= known


@pytest.mark.parametrize("shop", ["garden", "pets"])
def test_phrasings_differ_from_the_question_and_keep_its_figures(shop: str) -> None:
    for question in held_out_questions(shop_folder(shop)):
        texts = [phrasing(question.question, question.language, number) for number in range(4)]
        assert texts[0] == question.question
        assert len(set(texts[2:] + texts[:1])) == 3
        assert texts == [phrasing(question.question, question.language, number) for number in range(4)]
        figures = [[sign for sign in text if sign.isdigit()] for text in texts]
        assert all(one == figures[0] for one in figures)


def test_a_typo_exchanges_two_letters_of_one_word() -> None:
    before = "Can these Boots be returned"
    after = phrasing(before, "en", 3)
    assert after != before
    assert sorted(after) == sorted(before)
    assert "Boots" in after


def test_right_is_an_expected_text_and_unanswerable_is_handed_over() -> None:
    assert served(LABEL, given("It costs £4.50."))
    assert not served(LABEL, given("It costs £5."))
    assert not served(LABEL, given("It costs £4.50.", action="handoff"))
    assert served(MICROWAVE, given("Please ask.", action="refuse"))
    assert served(MICROWAVE, given("Please sign in.", action="clarify"))
    assert not served(MICROWAVE, given("Yes, for two minutes."))
    assert LABEL.sourced("document:returns.en")
    assert not LABEL.sourced("document:returns.zh")


def test_pass_k_is_the_share_of_draws_that_all_succeed() -> None:
    trials = [Trial("q", given("a"), served=number < 3) for number in range(4)]
    counted = pass_counts(trials)
    assert {name: count.hits / count.of for name, count in counted.items()} == {
        "pass_1": 0.75, "pass_2": 0.5, "pass_3": 0.25, "pass_4": 0.0,
    }  # fmt: skip
    assert pass_counts(trials[:1]) == {}


def test_a_number_must_stand_in_a_citation_the_contact_or_the_question() -> None:
    question = "I bought 3. What is the charge?"
    answer = given("A label is £4.50, for all 3 call +44 1632 960 418.", quote="a label costs £4.50")
    assert invented_numbers(question, answer, CONTACT, "en") == []
    assert invented_numbers(question, given("It is £5.50.", quote="it costs £4.50"), CONTACT, "en") == ["£5.50"]


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text('{"question": "q", "language": "fr"}\n', "utf-8")
    with pytest.raises(UserError, match=r"questions.jsonl line 1: language: got 'fr'"):
        held_out_questions(tmp_path)
    with pytest.raises(UserError, match="shop: got 'books', expected one of garden, pets"):
        shop_folder("books")
