"""Ways of putting customers into groups by their traces: K-means, latent classes, HDBSCAN.

Each gives a `Grouping`, which can tell the group of customers that it has not seen. The number of groups is chosen
elsewhere (`choosing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from insight.segmenting.traces import Traces

Method = Literal["kmeans", "classes", "hdbscan"]
NOBODY = -1
"""the group of those who are in none"""
STARTS = 5
ROUNDS = 40
"""of expectation and maximisation; the groups' tastes move by less than a thousandth after about twenty"""
PRIOR_TRACES = 5.0
"""traces of the whole shop's taste that each class is given before it is counted: no product is impossible"""
TRACE_WORTH = 0.5
"""what a trace counts against the next one: looks of one visit are not independent evidence"""

Matrix = NDArray[np.float64]
Labels = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Groups by their tastes. Numbered by size, the largest first."""

    method: Method
    tastes: Matrix
    """(groups, columns): by `kmeans` and `hdbscan` the mean square-root share, by `classes` the shares, of sum 1"""
    sizes: Matrix
    """(groups,): share of the customers, of sum 1"""
    reach: Matrix
    """(groups,): the distance from the group's taste within which its members lie; infinite where everyone belongs"""

    @property
    def number(self) -> int:
        return len(self.sizes)

    def labels(self, traces: Traces) -> Labels:
        """The group of each customer, `NOBODY` for those too far from all."""
        if self.method == "classes":
            return np.asarray(_evidence(traces.counts, self.tastes, self.sizes).argmax(axis=1))
        if not self.number:
            return np.full(len(traces.customers), NOBODY)
        distances = _distances(traces.shares(), self.tastes)
        nearest = distances.argmin(axis=1)
        return np.where(distances[np.arange(len(nearest)), nearest] <= self.reach[nearest], nearest, NOBODY)


def group(traces: Traces, method: Method, number: int, seed: int) -> Grouping:
    """`number` groups; for `hdbscan`, groups of at least `number` customers, as many as there are."""
    if method == "hdbscan":
        return _dense(traces, number)
    centres, labels = _kmeans(traces, number, seed)
    if method == "kmeans":
        return _ordered(method, centres, np.bincount(labels, minlength=number) / len(labels))
    return _classes(traces, labels, number)


def _kmeans(traces: Traces, number: int, seed: int) -> tuple[Matrix, Labels]:
    from sklearn.cluster import KMeans

    fitted = KMeans(number, n_init=STARTS, random_state=seed).fit(traces.shares())
    return np.asarray(fitted.cluster_centers_), np.asarray(fitted.labels_)


def _classes(traces: Traces, labels: Labels, number: int) -> Grouping:
    """A mixture of multinomials by expectation and maximisation, begun from K-means (Dempster, Laird & Rubin 1977).

    Classes that nobody is likeliest to be in are left out.
    """
    shop = traces.counts.sum(axis=0) / traces.counts.sum()
    belongs = np.eye(number)[labels]
    for _ in range(ROUNDS):
        counted = belongs.T @ traces.counts + PRIOR_TRACES * shop
        tastes = counted / counted.sum(axis=1, keepdims=True)
        evidence = _evidence(traces.counts, tastes, belongs.mean(axis=0))
        likely = np.exp(evidence - evidence.max(axis=1, keepdims=True))
        belongs = likely / likely.sum(axis=1, keepdims=True)
    taken = np.bincount(evidence.argmax(axis=1), minlength=number) > 0
    return _ordered("classes", tastes[taken], belongs.mean(axis=0)[taken])


def _evidence(counts: Matrix, tastes: Matrix, sizes: Matrix) -> Matrix:
    """(customers, groups): log of a group's share times the likelihood of the customer's traces in it."""
    return np.asarray(np.log(sizes + 1e-12) + TRACE_WORTH * (counts @ np.log(np.maximum(tastes, 1e-12)).T))


def _dense(traces: Traces, least: int) -> Grouping:
    """HDBSCAN (Campello, Moulavi & Sander 2013). A new customer belongs to the nearest group that reaches as far."""
    from sklearn.cluster import HDBSCAN

    shares = traces.shares()
    labels = np.asarray(HDBSCAN(min_cluster_size=max(2, least), copy=True).fit_predict(shares))
    found = range(int(labels.max()) + 1)
    centres = np.array([shares[labels == one].mean(axis=0) for one in found]).reshape(-1, shares.shape[1])
    sizes = np.array([float((labels == one).mean()) for one in found])
    reach = np.array([_distances(shares[labels == one], centres[[one]]).max() for one in found])
    return _ordered("hdbscan", centres, sizes, reach)


def _ordered(method: Method, tastes: Matrix, sizes: Matrix, reach: Matrix | None = None) -> Grouping:
    order = np.argsort(-sizes, kind="stable")
    far = np.full(len(sizes), np.inf) if reach is None else reach
    return Grouping(method, np.asarray(tastes)[order], np.asarray(sizes)[order], np.asarray(far)[order])


def _distances(rows: Matrix, centres: Matrix) -> Matrix:
    """(rows, centres), Euclidean"""
    squares = (rows**2).sum(axis=1)[:, None] - 2 * rows @ centres.T + (centres**2).sum(axis=1)
    return np.asarray(np.sqrt(np.maximum(squares, 0)))
