"""Whether the shop's clusters still describe its customers: who is in which now, and where their tastes have gone.

Two moments are compared under the clusters that are kept. Nothing is refitted; a person decides whether to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log, sqrt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight.behaviour.records import Behaviour
from insight.segmenting.grouping import NOBODY
from insight.segmenting.segmentation import LEAST_TRACES, Segmentation
from insight.segmenting.traces import Traces, read_traces

MOVED = 0.1
"""population stability index from which the customers have shifted a little (Siddiqi 2006, "Credit Risk Scorecards")"""
GONE = 0.25
"""from which they have shifted so far that the clusters should be found anew"""
FLOOR = 1e-3
"""share that an empty group is taken for, so that the index is finite"""
ERRORS = 3.0
"""standard errors of two independent means by which a taste must have moved to be told"""


@dataclass(frozen=True, slots=True)
class ClusterDrift:
    name: str
    before: float
    """share of those in a cluster, 0 to 1"""
    after: float
    moved: float
    """distance between the mean tastes then and now, 0 (the same) to 1.41 (nothing in common); NaN where nobody is"""
    by_chance: float
    """the distance that two draws of that size from the same customers would show"""

    @property
    def changed(self) -> bool:
        """Whether its taste has moved by more than chance explains."""
        return self.moved > ERRORS * self.by_chance


@dataclass(frozen=True, slots=True)
class Drift:
    before: datetime
    after: datetime
    index: float
    """population stability index over the clusters' shares"""
    clusters: tuple[ClusterDrift, ...]

    @property
    def verdict(self) -> str:
        """`steady`, `shifting` (look at it) or `gone` (find the clusters anew)."""
        if self.index >= GONE:
            return "gone"
        return "shifting" if self.index >= MOVED or any(one.changed for one in self.clusters) else "steady"


def watch(
    segmentation: Segmentation, behaviour: Behaviour, before: datetime, after: datetime, days: int = 365
) -> Drift:
    """Compare what customers did in the `days` before each of two moments (aware)."""
    then, now = (_window(segmentation, behaviour, moment, days) for moment in (before, after))
    labels = [segmentation.grouping.labels(traces) for traces in (then, now)]
    shares = [_shares(found, len(segmentation.clusters)) for found in labels]
    clusters = []
    for number, cluster in enumerate(segmentation.clusters):
        rows = [traces.shares()[found == number] for traces, found in zip((then, now), labels, strict=True)]
        moved, chance = _distance(*rows)
        clusters.append(ClusterDrift(cluster.name, float(shares[0][number]), float(shares[1][number]), moved, chance))
    return Drift(before, after, population_stability(shares[0], shares[1]), tuple(clusters))


def population_stability(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """Sum over groups of (after - before) ln(after / before); 0 where the shares are the same."""
    pairs = zip(np.maximum(before, FLOOR), np.maximum(after, FLOOR), strict=True)
    return float(sum((b - a) * log(b / a) for a, b in pairs))


def _window(segmentation: Segmentation, behaviour: Behaviour, moment: datetime, days: int) -> Traces:
    seen, late = behaviour.until(moment), pl.col("at") > moment - timedelta(days=days)
    window = replace(seen, lines=seen.lines.filter(late), events=seen.events.filter(late))
    return read_traces(window, segmentation.columns).known(LEAST_TRACES)


def _shares(labels: NDArray[np.intp], groups: int) -> NDArray[np.float64]:
    inside = labels[labels != NOBODY]
    return np.bincount(inside, minlength=groups) / max(len(inside), 1)


def _distance(before: NDArray[np.float64], after: NDArray[np.float64]) -> tuple[float, float]:
    """The distance between two means of rows, and its expected size by chance alone."""
    if min(len(before), len(after)) < 2:
        return float("nan"), float("nan")
    errors = [(rows.var(axis=0, ddof=1) / len(rows)).sum() for rows in (before, after)]
    return float(np.linalg.norm(after.mean(axis=0) - before.mean(axis=0))), sqrt(float(sum(errors)))
