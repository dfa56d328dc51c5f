"""The analyst says what the statistics say, and a model's wording stands only where they carry it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from agent.analyst.licence import licence_of, unlicensed
from agent.analyst.naming import name_by_model, put_into_words
from agent.analyst.segments import describe
from core.generation import Generation, GenerationRequest
from engine.scripted import ScriptedEngine
from insight.segmenting.choosing import Trial
from insight.segmenting.grouping import Grouping
from insight.segmenting.segmentation import Cluster, Segmentation
from insight.segmenting.statistics import Difference, Lift, SegmentStatistics

CAMPERS = SegmentStatistics(
    customers=420,
    share=0.21,
    lifts=(
        Lift("tents", 0.4, 0.1, 4.0, 3.6, 4.4),
        Lift("lamps", 0.2, 0.1, 2.0, 1.8, 2.2),
        Lift("socks", 0.1, 0.2, 0.5, 0.4, 0.6),
    ),
    differences=(
        Difference("products_seen", "different products looked at", 12.5, 10.5, 0.5, 0.3, 0.7),
        Difference("order_value", "money per order", 103.0, 160.0, -0.4, -0.6, -0.2),
    ),
)
READERS = replace(CAMPERS, customers=100, share=0.05, lifts=(Lift("books", 0.5, 0.1, 5.0, 4.0, 6.0),), differences=())


class Nothing:
    """A store in which nothing was asked before."""

    def find(self, key: str) -> list[Generation]:
        return []

    def add(self, generations: list[Generation]) -> None: ...


@pytest.fixture
def segmentation() -> Segmentation:
    trial = Trial(2, 2, 0.9, 0.8, 0.2)
    grouping = Grouping("kmeans", np.eye(2), np.array([0.6, 0.4]), np.full(2, np.inf))
    clusters = (Cluster("cluster-1", CAMPERS), Cluster("cluster-2", READERS))
    now = datetime(2026, 6, 1, tzinfo=UTC)
    return put_into_words(Segmentation(now, ("product:a", "product:b"), grouping, clusters, (trial,), trial, 0.0, 1.0))


def test_the_description_is_two_lines_of_the_statistics() -> None:
    told = describe(CAMPERS, "en")
    assert told.title == "Tents and lamps"
    assert told.description.split("\n") == [
        "420 customers, 21%. Of what they look at and buy, 60% is tents and lamps; in the whole shop 20%.",
        "They look at more products (12.5 against 10.5) and spend less per order (103 against 160).",
    ]
    assert "帐篷" in describe(CAMPERS, "zh").title


@pytest.mark.parametrize("statistics", [CAMPERS, READERS, replace(CAMPERS, lifts=(), differences=())])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_rules_own_words_pass_the_check(statistics: SegmentStatistics, language: str) -> None:
    told = describe(statistics, language)
    licence = licence_of(statistics, language)
    assert unlicensed(told.title, licence, language) == []
    assert unlicensed(told.description, licence, language) == []


@pytest.mark.parametrize(
    ("text", "language", "wrong"),
    [
        ("They look at 15 products", "en", "number: 15"),
        ("They look at fewer products", "en", "comparison: They look at fewer products"),
        ("They spend more per order", "en", "comparison: They spend more per order"),
        ("They look at more products", "en", None),
        ("They spend less per order and look at more products", "en", None),
        ("The best tent customers", "en", "claim: best"),
        ("Tent and sock lovers from Ohio", "en", "word: ohio"),
        ("Tent lovers", "en", None),
        ("他们每单花得更多", "zh", "comparison: 他们每单花得更多"),
        ("他们看的商品更多", "zh", None),
        ("Tent lovers", "zh", "language: not zh"),
    ],
)
def test_what_the_statistics_do_not_carry_is_refused(text: str, language: str, wrong: str | None) -> None:
    found = unlicensed(text, licence_of(CAMPERS, language), language)
    assert found == [] if wrong is None else wrong in found


def test_a_models_title_stands_where_it_passes_and_the_rules_where_not(segmentation: Segmentation) -> None:
    def write(request: GenerationRequest) -> str:
        asked = request.messages[-1].content
        if request.sampling.seed == 0:
            return "Clock and lamp people"
        return "Tent and lamp lovers" if "tents" in asked else "The best customers of 2020"

    named, judged = name_by_model(segmentation, "en", ScriptedEngine(write), Nothing())
    titles = [(one.texts["en"].title, one.texts["en"].writer != "rules") for one in named.clusters]
    assert titles == [("Tent and lamp lovers", True), ("Books", False)]
    assert any("number: 2020" in one.wrong for one in judged)
    assert any("word: clock" in one.wrong for one in judged)
    assert [one.texts["zh"] for one in named.clusters] == [one.texts["zh"] for one in segmentation.clusters]


def test_two_segments_never_bear_one_title(segmentation: Segmentation) -> None:
    first = segmentation.clusters[0]
    twins = replace(segmentation, clusters=(first, replace(first, name="cluster-2")))
    named, _ = name_by_model(twins, "en", ScriptedEngine(lambda request: "Tent lovers"), Nothing())
    assert [one.texts["en"].title for one in named.clusters] == ["Tent lovers", "Tents and lamps"]
