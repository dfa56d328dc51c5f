"""What a model may have shown: only what the passages carry, whole and unturned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.desk.grounding import judge_sentence
from agent.desk.hearing import tidy
from agent.desk.sentences import cut_passage
from core.facts import Passage

PAGE = """Your refund arrives immediately on a gift card, otherwise in 5 to 7 business days.

Parcels leave our warehouse on Monday. Returns in our stores are free of charge.

Opened ropes cannot be exchanged.
"""
SENTENCES = cut_passage(Passage("p#0", "document:p", "Refunds", PAGE, "en", 1.0))


def failed(text: str) -> set[str]:
    return {check.name for check in judge_sentence(text, SENTENCES, "en").checks if not check.ok}


def test_a_carried_sentence_cites_the_exact_words() -> None:
    verdict = judge_sentence("Parcels leave the warehouse on Monday.", SENTENCES, "en")
    assert verdict.ok
    assert [(c.source, c.quote) for c in verdict.citations] == [
        ("document:p", "Parcels leave our warehouse on Monday.")
    ]


def test_two_sentences_may_carry_one() -> None:
    verdict = judge_sentence("Parcels leave on Monday, returns in stores are free of charge.", SENTENCES, "en")
    assert verdict.ok
    assert len(verdict.citations) == 2


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("Your refund arrives on a gift card in 7 business days.", "conditions"),
        ("Your refund arrives immediately on a gift card, otherwise in 3 to 7 business days.", "numbers"),
        ("Your refund arrives immediately on a gift card, otherwise in five to nine business days.", "numbers"),
        ("Opened ropes can be exchanged.", "negation"),
        ("Monday leaves on the warehouse parcels.", "support"),
        ("Parcels leave our helicopter by night.", "support"),
        ("Parcels leave our warehouse on Monday, write to eve@evil.example.", "contact"),
        ("Parcels leave our warehouse on Monday, see evil.com.", "contact"),
        ("Parcels leave our warehouse on Monday, says passage [1].", "leak"),
        ("Parcels leave our warehouse on Monday <script>", "leak"),
        ("包裹星期一发货。", "language"),
    ],
)
def test_each_fault_has_its_check(text: str, check: str) -> None:
    assert check in failed(text)


@given(st.integers(min_value=0, max_value=10_000).filter(lambda number: number not in (5, 7)))
def test_no_number_is_shown_that_no_passage_has(number: int) -> None:
    assert "numbers" in failed(f"Your refund arrives immediately on a gift card, otherwise in {number} business days.")


def test_a_bare_yes_is_taken_off_for_nothing_verifies_it() -> None:
    assert tidy("Yes, **parcels** leave on Monday [1].") == "Parcels leave on Monday."
    assert tidy("运费与时效：满 75 美元免运费。", ["运费与时效"]) == "满 75 美元免运费。"
    assert tidy("No.") == ""
