"""Planted topics come out with their words, their months and their displeasure; needs name what was planted."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from core.customer import Review
from insight.market.needs import needs
from insight.market.remarks import Remark, remarks_of, sentences_of, words_of
from insight.market.topics import find_topics
from tests.insight.conftest import WordEmbedder

SUBJECTS = {
    "zipper": "zipper jammed broke teeth slider",
    "parcel": "parcel courier arrived late box",
    "warmth": "warmth down sleeping cold night",
    "colour": "colour green shade photo faded",
    "size": "size small fits shoulder sleeve",
}


def _reviews(each: int = 30) -> list[Review]:
    """A sentence a review, three of the subject's words; zippers displease, and more of them in May."""
    rng, made = Random(1), []
    for subject, words in SUBJECTS.items():
        for number in range(each):
            text = f"{subject} {' '.join(rng.sample(words.split(), 3))}"
            month = 5 if subject == "zipper" and number % 3 else 4 + number % 2
            rating = 1 if rng.random() < (0.9 if subject == "zipper" else 0.2) else 5
            at = datetime(2026, month, 3, tzinfo=UTC)
            made.append(Review(f"{subject}-{number}", text, rating=rating, at=at))
    return made


def test_planted_topics_are_found_with_words_months_and_mood(words: WordEmbedder) -> None:
    topics = find_topics(remarks_of(_reviews()), words)
    assert len(topics) == 5
    for topic in topics:
        subjects = {source.partition("-")[0] for source in topic.sources}
        assert len(subjects) == 1
        assert set(topic.words) & set(SUBJECTS[subjects.pop()].split())
    (zipper,) = [topic for topic in topics if topic.sources[0].startswith("zipper")]
    april, may = zipper.months
    assert (april.month, may.month) == ("2026-04", "2026-05")
    assert may.share > april.share
    assert zipper.negative > zipper.positive


def test_the_planted_complaint_is_the_one_need_to_improve(words: WordEmbedder) -> None:
    (need,) = needs(find_topics(remarks_of(_reviews()), words), (), words)
    assert need.kind == "improve"
    assert "zipper" in need.about
    assert need.chance is not None
    assert need.chance < 0.001
    assert all(source.startswith("zipper") for source in need.evidence)


def test_questions_that_ask_the_same_are_one_need(words: WordEmbedder) -> None:
    asked = ["do you sell canoes", "do you sell canoes", "Do you sell canoes", "where is your shop in Rome"]
    questions = [Remark(f"talk/{number}", text, "en") for number, text in enumerate(asked)]
    first, second = needs((), questions, words)
    assert (first.count, first.evidence) == (3, ("talk/0", "talk/1", "talk/2"))
    assert second.about == ("where is your shop in Rome",)


def test_too_few_remarks_have_no_topics(words: WordEmbedder) -> None:
    assert find_topics(remarks_of(_reviews(each=5)), words) == ()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Warm and light. But the zipper jams!", ["Warm and light.", "But the zipper jams!"]),
        ("很暖和。拉链容易卡住！好", ["很暖和。", "拉链容易卡住！"]),
        ("fine<br />The seams came apart", ["The seams came apart"]),
    ],
)
def test_reviews_are_cut_into_sentences(text: str, sentences: list[str]) -> None:
    assert sentences_of(text) == sentences


def test_chinese_is_cut_into_words() -> None:
    assert {"帐篷", "拉链"} <= set(words_of("这顶帐篷的拉链非常好", "zh"))
