"""How the desk reads text: terms, sentences with their exact place, kinds of answer, follow-ups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.desk.expected import expected_answer
from agent.desk.memory import understand
from agent.desk.sentences import cut_passage, readable, sentence_end
from agent.desk.words import carried, reworded, terms, vocabulary
from core.facts import Passage
from store.conversations import Turn

PAGE = """The shop opens at 10 a.m. on weekdays. It is closed on Sundays.

## How to return

1. Open **My orders**.
2. Print the label.

## What we do not take back

- climbing ropes,
- gift cards.

We take three cards:

- **Visa**
- Amex

| Size | Chest |
|---|---|
| L | 101–106 |
"""


def page(text: str, language: str = "en") -> Passage:
    return Passage("p#0", "document:p", "Page", text, language, 1.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cancelled", "cancellation"),
        ("my money back", "refunded"),
        ("send it back", "returns"),
        ("statuses", "status"),
        ("times", "time"),
        ("orders", "ordered"),
        ("modify", "changed"),
    ],
)
def test_inflections_and_synonyms_are_one_term(one: str, other: str) -> None:
    assert set(terms(one, "en")) == set(terms(other, "en")) != set()


def test_chinese_terms_meet_across_synonyms_and_cuts() -> None:
    assert terms("邮费", "zh") == terms("快递费", "zh") == ("运费",)
    assert carried("开发票", vocabulary("不能开具发票", "zh")) == pytest.approx(0.5)
    assert carried("礼品卡", vocabulary("礼品卡永久有效", "zh")) == 1.0
    assert terms("请问怎么办呢？", "zh") == ()


def test_a_search_is_also_made_in_the_lexicons_words() -> None:
    assert "how do you authenticate me" in reworded("How do you verify me?", "en")
    assert reworded("kayak", "en") == ()


def test_sentences_stand_where_they_say_and_lists_keep_their_subject() -> None:
    found = cut_passage(page(PAGE))
    assert all(PAGE[s.start : s.start + len(s.quote)] == s.quote for s in found)
    assert [s.shown for s in found] == [
        "The shop opens at 10 a.m. on weekdays.",
        "It is closed on Sundays.",
        "How to return: Open My orders. Print the label.",
        "What we do not take back: climbing ropes, gift cards.",
        "We take three cards: Visa; Amex",
        "What we do not take back: L: 101–106",
    ]


@given(st.text(alphabet="ab.!?。！ \n#-*1|：:", max_size=80))
def test_no_text_breaks_the_cutting_and_every_quote_is_exact(text: str) -> None:
    for sentence in cut_passage(page(text)):
        assert text[sentence.start : sentence.start + len(sentence.quote)] == sentence.quote != ""


@given(st.lists(st.sampled_from(["It is so. ", "Why? ", "是的。", "3.5 kg, e.g. this! "]), max_size=5))
def test_a_stream_is_cut_without_losing_a_letter(pieces: list[str]) -> None:
    text = rest = "".join(pieces)
    taken = ""
    while (end := sentence_end(rest)) is not None:
        taken, rest = taken + rest[:end], rest[end:]
    assert taken + rest == text
    assert len(rest) <= len("3.5 kg, e.g. this! ")


def test_links_and_markup_are_not_shown() -> None:
    assert readable("See **our** [page](http://evil.example) `now`") == "See our page now"


@pytest.mark.parametrize(
    ("question", "language", "kind", "gives", "gives_not"),
    [
        ("How long does it take?", "en", "duration", "Within two weeks.", "It takes patience."),
        ("How much is the label?", "en", "money", "The label costs $5.95.", "We like labels, and feel free to ask."),
        ("What are your opening hours?", "en", "hours", "From 10:00 to 19:00.", "We open for everyone."),
        ("How many cards can I use?", "en", "count", "Up to 4 cards.", "All your cards."),
        ("保修多长时间？", "zh", "duration", "保修 5 年。", "质保跟着产品走。"),
        ("运费多少？", "zh", "money", "6.95 美元。", "运费另算。"),
    ],
)
def test_a_question_wants_a_kind_of_answer(question: str, language: str, kind: str, gives: str, gives_not: str) -> None:
    expected = expected_answer(question, language)
    assert expected is not None
    assert expected.kind == kind
    assert expected.given_in(gives)
    assert not expected.given_in(gives_not)


def test_a_follow_up_takes_the_last_question_as_background() -> None:
    turns = [Turn("How much is shipping to Canada?", "$18.", "answer", ())]
    asked = understand("And to Japan?", "en", turns)
    assert asked.terms == ("japan",)
    assert "canada" in asked.background
    assert asked.expected is not None
    assert asked.expected.kind == "money"
    assert understand("How do I wash a tent with soap?", "en", turns).background == ()
    assert understand("那运费呢？", "zh", [Turn("日本怎么退货？", "", "answer", ())]).background == ("日本", "退货")


def test_the_first_words_under_a_denying_heading_do_not_stand_without_it() -> None:
    text = "Climbing ropes and helmets, because nobody can test them. We mend tents."
    found = cut_passage(Passage("p#0", "document:p", "Repairs > What we do not mend", text, "en", 1.0))
    assert found[0].shown == "What we do not mend: Climbing ropes and helmets, because nobody can test them."
    assert found[1].shown == "We mend tents."
