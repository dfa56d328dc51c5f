"""The shop's clusters as they are kept: tastes, what is said of each, and how well they hold.

Made by `find_segments`; `assign` tells the segment of customers whom it has not seen, at any later moment. Knows no
language model: the words are put to it by `agent.analyst` and carried in `Cluster.texts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from core.customer import UNKNOWN
from insight.behaviour.features import customer_features
from insight.behaviour.records import Behaviour
from insight.segmenting.choosing import Trial, choose
from insight.segmenting.grouping import NOBODY, Grouping, Method
from insight.segmenting.statistics import SegmentStatistics, category_lifts, differences, taste_shares
from insight.segmenting.traces import CATEGORY, PRODUCT, Traces, read_traces

LEAST_TRACES = 3
"""of a customer who is put into a segment: with fewer it would be a guess"""
LEAST_CUSTOMERS = 100
"""with that many traces; below, a shop knows its customers by name"""


@dataclass(frozen=True, slots=True)
class SegmentText:
    """A segment in words, in one language."""

    title: str
    description: str
    """two lines: what they like, how they differ"""
    angle: str
    """how to speak to them, for the prompts; one line"""
    writer: str = "rules"
    """who worded the title: `rules`, or the model that did"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One found segment."""

    name: str
    """as commands and campaigns call it: `cluster-1` is the largest"""
    statistics: SegmentStatistics
    texts: Mapping[str, SegmentText] = field(default_factory=dict)
    """by language"""


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """All clusters of a shop as of one moment."""

    as_of: datetime
    columns: tuple[str, ...]
    grouping: Grouping
    clusters: tuple[Cluster, ...]
    """in the grouping's order"""
    trials: tuple[Trial, ...]
    chosen: Trial
    chance: float
    known: float
    """share of the customers with any trace who have enough of them"""

    def cluster(self, name: str) -> Cluster | None:
        return next((one for one in self.clusters if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there are no clusters, in a sentence for a marketer, and what was tried."""

    reason: str
    trials: tuple[Trial, ...] = ()


def find_segments(
    behaviour: Behaviour, as_of: datetime, method: Method = "classes", seed: int = 0
) -> Segmentation | Refused:
    """The clusters that behaviour up to `as_of` (aware) shows. Deterministic for equal arguments."""
    seen = behaviour.until(as_of)
    everyone = read_traces(seen)
    traces = everyone.known(LEAST_TRACES)
    if len(traces.customers) < LEAST_CUSTOMERS:
        return Refused(
            f"{len(traces.customers)} customers left {LEAST_TRACES} traces or more; {LEAST_CUSTOMERS} needed"
        )
    choice = choose(traces, method, seed)
    if choice.grouping is None or choice.chosen is None:
        return Refused("no number of groups held when they were formed again from other customers", choice.trials)
    statistics = _statistics(seen, traces, choice.grouping, as_of)
    return Segmentation(
        as_of=as_of,
        columns=traces.columns,
        grouping=choice.grouping,
        clusters=tuple(Cluster(f"cluster-{number}", told) for number, told in enumerate(statistics, start=1)),
        trials=choice.trials,
        chosen=choice.chosen,
        chance=choice.chance,
        known=len(traces.customers) / len(everyone.customers),
    )


def assign(segmentation: Segmentation, behaviour: Behaviour, as_of: datetime) -> dict[str, str]:
    """Customer id -> cluster name, of everyone with a trace by `as_of`; `unknown` where there are too few of them."""
    traces = read_traces(behaviour.until(as_of), segmentation.columns)
    labels = segmentation.grouping.labels(traces)
    enough = traces.counts.sum(axis=1) >= LEAST_TRACES
    return {
        customer: segmentation.clusters[label].name if sure and label != NOBODY else UNKNOWN
        for customer, label, sure in zip(traces.customers, labels, enough, strict=True)
    }


def _statistics(behaviour: Behaviour, traces: Traces, grouping: Grouping, as_of: datetime) -> list[SegmentStatistics]:
    labels = grouping.labels(traces)
    names, shares = taste_shares(traces.counts, traces.columns, column_categories(behaviour, traces.columns))
    features = customer_features(behaviour, as_of)
    label = dict(zip(traces.customers, labels, strict=True))
    by_row = np.array([label.get(customer, NOBODY) for customer in features["customer_id"]])
    grouped = max(int((labels != NOBODY).sum()), 1)
    return [
        SegmentStatistics(
            customers=int((labels == number).sum()),
            share=float((labels == number).sum() / grouped),
            lifts=tuple(category_lifts(shares, names, labels == number)),
            differences=tuple(differences(features.filter(by_row != NOBODY), by_row[by_row != NOBODY] == number)),
        )
        for number in range(grouping.number)
    ]


def column_categories(behaviour: Behaviour, columns: tuple[str, ...]) -> dict[str, str]:
    """Column of traces -> category, as far as the catalogue knows one."""
    products = behaviour.products.select("product_id", "category").drop_nulls()
    own = {f"{PRODUCT}{product}": category for product, category in products.iter_rows()}
    rest = {f"{CATEGORY}{category}": category for category in products["category"].unique()}
    return {column: category for column in columns if (category := (own | rest).get(column))}
