"""Planted tastes are found, by their number; none are found where there are none; nothing later is seen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from core.errors import CorruptWeights
from insight.segmenting.choosing import choose
from insight.segmenting.drift import population_stability, watch
from insight.segmenting.grouping import Method, group
from insight.segmenting.keeping import ABOUT, load_segments, save_segments
from insight.segmenting.segmentation import Refused, Segmentation, assign, find_segments
from insight.segmenting.traces import read_traces
from tests.insight.segmenting import toy


@pytest.fixture(scope="module")
def found() -> Segmentation:
    segmentation = find_segments(toy.planted(60, 0.8), toy.NOW)
    assert isinstance(segmentation, Segmentation)
    return segmentation


@pytest.mark.parametrize("method", ["kmeans", "classes"])
def test_the_planted_number_of_groups_is_chosen(method: Method) -> None:
    traces = read_traces(toy.planted(50, 0.7, seed=1))
    choice = choose(traces, method, numbers=(2, 3, 4, 5))
    assert choice.chosen is not None
    assert choice.grouping is not None
    assert (choice.chosen.groups, choice.chosen.agreement > 0.9, choice.chance < 0.5) == (3, True, True)
    kinds = np.array([customer.partition("-")[0] for customer in traces.customers])
    labels = choice.grouping.labels(traces)
    assert all(len(set(labels[kinds == kind])) == 1 for kind in toy.KINDS)


def test_hdbscan_finds_the_number_by_itself() -> None:
    traces = read_traces(toy.planted(50, 0.9, seed=2))
    assert group(traces, "hdbscan", 20, 0).number == 3


def test_where_everyone_is_alike_nothing_is_found() -> None:
    refused = find_segments(toy.planted(60, 0.0, seed=3), toy.NOW)
    assert isinstance(refused, Refused)
    assert "held" in refused.reason


def test_a_small_shop_is_refused_with_the_number_it_lacks() -> None:
    refused = find_segments(toy.planted(5, 1.0), toy.NOW)
    assert refused == Refused("15 customers left 3 traces or more; 100 needed")


def test_what_sets_a_cluster_apart_is_what_was_planted(found: Segmentation) -> None:
    best = [cluster.statistics.lifts[0] for cluster in found.clusters]
    assert {lift.category for lift in best} == set(toy.KINDS)
    assert all(2 < lift.low < lift.lift < lift.high < 3.2 for lift in best)
    assert [cluster.name for cluster in found.clusters] == ["cluster-1", "cluster-2", "cluster-3"]


def test_assigning_sees_nothing_later(found: Segmentation) -> None:
    behaviour = toy.planted(60, 0.8)
    then = toy.NOW - timedelta(days=150)
    assert assign(found, behaviour, then) == assign(found, behaviour.until(then), toy.NOW)
    assert assign(found, behaviour, toy.NOW - timedelta(days=300)) == {}


def test_what_is_kept_is_what_was_found(found: Segmentation, tmp_path: Path) -> None:
    save_segments(found, tmp_path)
    kept = load_segments(tmp_path)
    assert kept is not None
    assert [one.statistics.customers for one in kept.clusters] == [one.statistics.customers for one in found.clusters]
    assert assign(kept, toy.planted(60, 0.8), toy.NOW) == assign(found, toy.planted(60, 0.8), toy.NOW)
    (tmp_path / ABOUT).write_text((tmp_path / ABOUT).read_text().replace('"sha256": "', '"sha256": "0'))
    with pytest.raises(CorruptWeights, match="hawker insight segments --find"):
        load_segments(tmp_path)
    assert load_segments(tmp_path / "none") is None


def test_drift_is_steady_on_the_same_customers_and_told_when_a_kind_leaves(found: Segmentation) -> None:
    behaviour = toy.planted(60, 0.8, now=toy.NOW, days=360)
    steady = watch(found, behaviour, toy.NOW - timedelta(days=180), toy.NOW, days=180)
    assert (steady.verdict, steady.index < 0.02) == ("steady", True)
    late = pl.col("at") > toy.NOW - timedelta(days=180)
    gone = pl.col("customer_id").str.starts_with("music")
    left = toy.Behaviour(behaviour.lines, behaviour.events.filter(~(late & gone)), behaviour.products)
    assert watch(found, left, toy.NOW - timedelta(days=180), toy.NOW, days=180).verdict == "gone"


def test_the_stability_index_is_that_of_the_book() -> None:
    before, after = np.array([0.5, 0.5]), np.array([0.6, 0.4])
    assert population_stability(before, after) == pytest.approx(0.1 * np.log(1.2) + 0.1 * np.log(1.25))
