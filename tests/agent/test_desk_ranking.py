"""Which sentence is quoted, and when: names of products apart, weights from the file, each sentence embedded once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.desk.extraction import rank_sentences
from agent.desk.fitted import load_fitted
from agent.desk.memory import understand
from agent.desk.nearness import nearness
from agent.desk.page_reading import read_sentences
from agent.desk.pointedness import answer_traits
from agent.desk.quotation import choose_quotation
from agent.desk.sentences import cut_passage
from agent.desk.traits import SENTENCE_TRAITS
from core.facts import Passage
from tests.agent.conftest import WordReader

GLOVES = Passage(
    "product:GLOVE",
    "product:GLOVE",
    "Tiller Gloves",
    "Tiller Gloves - Care: machine wash at 30 °C.\n\nTiller Gloves - Season of use: spring to autumn.",
    "en",
    0.0,
)
RETURNS = Passage(
    "returns#0",
    "document:returns.en",
    "Returns",
    "You can send goods back within 40 days, unused. Trying on at home is fine.\n\nA return label costs £3.40.",
    "en",
    1.0,
)


READER = WordReader()


class CountingEmbedder:
    """Every text lies as near as any other; it counts what it is asked to embed."""

    dimension = 4

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str], kind: str) -> NDArray[np.float32]:
        self.asked += texts
        return np.full((len(texts), self.dimension), 0.5, np.float32)


def test_a_products_name_does_not_make_its_record_the_answer() -> None:
    asked = understand("Can I still send the Tiller gloves back?", "en", ())
    ranked = rank_sentences(asked, [GLOVES, RETURNS], CountingEmbedder("names"), READER)
    assert ranked[0].sentence.text == "You can send goods back within 40 days, unused."


def test_scores_are_shares_and_the_best_comes_first() -> None:
    ranked = rank_sentences(
        understand("What does a return label cost?", "en", ()), [RETURNS], CountingEmbedder("sums"), READER
    )
    scores = [candidate.score for candidate in ranked]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1.0)
    assert choose_quotation(ranked)[0].sentence.text == ("A return label costs £3.40.")
    assert rank_sentences(understand("label?", "en", ()), [], CountingEmbedder("none"), READER) == []


def test_a_sentence_is_embedded_once_for_each_model() -> None:
    embedder, other = CountingEmbedder("once"), CountingEmbedder("other")
    first = nearness("one?", ["a", "b"], embedder)
    second = nearness("two?", ["b", "c"], embedder)
    nearness("two?", ["b"], other)
    assert embedder.asked == ["one?", "a", "b", "two?", "c"]
    assert other.asked == ["two?", "b"]
    assert first.shape == second.shape == (2,)


def test_a_sentence_is_read_on_its_page_below_its_heading() -> None:
    read = read_sentences("What does a return label cost?", [*cut_passage(RETURNS), *cut_passage(GLOVES)], READER)
    assert read.shape == (5,)
    assert int(read.argmax()) == 2


def test_the_shipped_weights_are_of_what_is_measured() -> None:
    fitted = load_fitted()
    assert tuple(fitted.sentence) == SENTENCE_TRAITS
    asked = understand("What does a return label cost?", "en", ())
    ranked = rank_sentences(asked, [RETURNS], CountingEmbedder("shipped"), READER)
    traits = answer_traits(asked, ranked, dict.fromkeys(asked.terms, 1.0), 0.9)
    assert set(fitted.answer) == set(traits)
    nothing = answer_traits(understand("Is there a car park?", "en", ()), ranked, {"car": 1.0, "park": 1.0}, 0.05)
    assert fitted.probability(nothing) < fitted.probability(traits)
