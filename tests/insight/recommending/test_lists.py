"""Lists: how they are judged, varied, shared and explored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from insight.recommending.bandit import PRIOR, SHOWN, Bandit, chances_of_best, learn_beliefs
from insight.recommending.diversity import diversify, likeness_of
from insight.recommending.ranking_quality import bootstrap, bootstrap_ratio, ndcg, recall
from insight.recommending.shortlist import shortlist

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_ndcg_and_recall_by_hand() -> None:
    assert ndcg(["a", "b", "c"], {"a", "c"}, 3) == pytest.approx((1 + 0.5) / (1 + 1 / np.log2(3)))
    assert ndcg(["a", "b"], {"a", "b"}, 10) == pytest.approx(1)
    assert recall(["a", "b"], {"b", "c", "d"}, 2) == 0.5
    assert ndcg(["a"], set(), 10) == 0


def test_intervals_hold_their_mean() -> None:
    values = np.random.default_rng(0).random(300).tolist()
    interval = bootstrap(values)
    assert interval.low < interval.mean < interval.high
    assert bootstrap_ratio([2 * value for value in values], values).low == pytest.approx(2)


def test_variety_breaks_up_a_category() -> None:
    relevance = np.array([1.0, 0.95, 0.9, 0.5], np.float32)
    likeness = likeness_of(["tents", "tents", "tents", "lamps"], np.zeros((4, 2), np.float32))
    assert diversify(relevance, likeness, 3, 0.0) == [0, 1, 2]
    assert diversify(relevance, likeness, 2, 0.5) == [0, 3]


def test_a_shortlist_serves_everybody_it_can() -> None:
    gains = np.array([[1, 0.8, 0], [0, 0.8, 1], [1, 0.8, 0], [0, 0.8, 1]], np.float32)
    assert shortlist(gains, 1) == [1]
    assert sorted(shortlist(gains, 3)) == [0, 1, 2]
    assert shortlist(np.zeros((2, 3), np.float32), 2) == []


def test_propensities_are_the_shares_of_many_draws() -> None:
    beliefs = np.array([[3.0, 17.0], [1.0, 19.0], [6.0, 60.0]])
    draws = np.random.default_rng(0).beta(beliefs[:, 0], beliefs[:, 1], (200_000, 3)).argmax(axis=1)
    np.testing.assert_allclose(chances_of_best(beliefs), np.bincount(draws) / len(draws), atol=0.005)


def test_exploring_finds_the_better_item_and_tells_an_unbiased_value() -> None:
    """Nine items that one in twenty click and one that two in five do: it is shown ever more, and weighing clicks by
    propensity gives every item's true rate though they were shown unequally often."""
    rng = np.random.default_rng(1)
    items = [f"i{n}" for n in range(10)]
    rates = dict.fromkeys(items, 0.05) | {"i7": 0.4}
    seen = {item: [0.0, 0.0] for item in items}
    weighed, shown = dict.fromkeys(items, 0.0), []
    for turn in range(1_200):
        (slot,) = Bandit({key: (a, b) for key, (a, b) in seen.items()}, turn, share=1.0).fill(items, range(10), 1)
        item = items[slot.row]
        clicked = rng.random() < rates[item]
        seen[item][0 if clicked else 1] += 1
        weighed[item] += clicked / slot.propensity
        shown.append(item)
    assert shown[-300:].count("i7") > 240
    assert weighed["i7"] / 1_200 == pytest.approx(0.4, abs=0.06)


def test_only_the_last_places_are_drawn() -> None:
    slots = Bandit({}, 5).fill([str(n) for n in range(30)], range(30), 5)
    assert [slot.row for slot in slots[:4]] == [0, 1, 2, 3]
    assert slots[4].row >= 4
    assert 0 < slots[4].propensity < 0.2


def test_beliefs_come_from_the_log_up_to_the_moment() -> None:
    log = pl.LazyFrame(
        [
            ("ann", SHOWN, NOON, "tent"),
            ("ann", "click", NOON + timedelta(days=2), "tent"),
            ("bob", SHOWN, NOON, "tent"),
            ("bob", "click", NOON + timedelta(days=9), "tent"),
            ("cat", SHOWN, NOON, "lamp"),
            ("cat", "click", NOON, "tent"),
        ],
        schema={"customer_id": pl.String, "kind": pl.String, "at": pl.Datetime("us", "UTC"), "product_id": pl.String},
        orient="row",
    )
    assert learn_beliefs(log, NOON + timedelta(days=1)) == {}
    assert learn_beliefs(log, NOON + timedelta(days=3)) == {"tent": (1.0, 0.0)}
    assert learn_beliefs(log, NOON + timedelta(days=20)) == {"tent": (1.0, 1.0), "lamp": (0.0, 1.0)}
    assert PRIOR[0] / sum(PRIOR) == pytest.approx(0.05)
