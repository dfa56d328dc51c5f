"""Are the clusters the customers' true kinds? Adjusted Rand index on the demo shop, whose truth is known.

    python -m evals.insight.segments --out FOLDER [--seeds 7 11 12 13 14] [--customers 2000]

Truth is looked at for the grade alone. Customers with too few traces count as one group of their own, so a method is
not rewarded for leaving the hard ones out. RFM names, K-means, HDBSCAN, a Gaussian mixture and K-means on
the numbers of `insight.behaviour.features` stand beside. Intervals: 95 % of 500 bootstrap draws of the customers.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from evals.insight.demo_tables import demo_behaviour
from insight.behaviour.features import customer_features
from insight.behaviour.records import Behaviour
from insight.customers.rfm import segment_customers
from insight.segmenting.choosing import NUMBERS, choose
from insight.segmenting.grouping import Method
from insight.segmenting.segmentation import LEAST_TRACES
from insight.segmenting.traces import Traces, read_traces
from shop.demo.simulate import DemoShop, simulate

DRAWS = 500
AXES = 10
"""principal components that the Gaussian mixture sees"""
WANTED = 0.7


@dataclass(frozen=True, slots=True)
class Row:
    """One way of grouping, on one shop."""

    seed: int
    way: str
    groups: int
    agreement: float
    """between refits; NaN where none are made"""
    rand: float
    """adjusted Rand index against the true kinds"""
    low: float
    high: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, and write `segments.json`."""
    parser = argparse.ArgumentParser(description="Clusters against the demo shop's truth.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 11, 12, 13, 14])
    parser.add_argument("--customers", type=int, default=2000)
    asked = parser.parse_args(arguments)
    rows = [row for seed in asked.seeds for row in measure(simulate(seed, asked.customers), seed)]
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "segments.json").write_text(json.dumps([asdict(row) for row in rows], indent=1), "utf-8")
    print(table(rows))


def measure(shop: DemoShop, seed: int) -> list[Row]:
    """Every way on one shop."""
    behaviour, as_of = demo_behaviour(shop), max(event.at for event in shop.events)
    traces = read_traces(behaviour)
    kinds = {one.customer_id: one.segment for one in shop.truth}
    truth = np.array([kinds[customer] for customer in traces.customers])
    rfm = segment_customers(behaviour.lines, as_of)
    ways: dict[str, Callable[[], tuple[NDArray[np.str_], float]]] = {
        "latent classes (ours)": lambda: _ours(traces, "classes"),
        "K-means": lambda: _ours(traces, "kmeans"),
        "HDBSCAN": lambda: _ours(traces, "hdbscan"),
        "Gaussian mixture, BIC": lambda: (_gaussian(traces), float("nan")),
        "K-means on features": lambda: (_on_features(behaviour, as_of, traces), float("nan")),
        "RFM names": lambda: (np.array([rfm.get(one, "none") for one in traces.customers]), float("nan")),
    }
    return [_row(seed, name, truth, *way()) for name, way in ways.items()]


def table(rows: Sequence[Row]) -> str:
    """Markdown: a line for each way and seed, then the means."""
    lines = ["| way | seed | groups | refits agree | adjusted Rand (95 %) |", "|---|---|---|---|---|"]
    for way in dict.fromkeys(row.way for row in rows):
        own = [row for row in rows if row.way == way]
        lines += [
            f"| {way} | {one.seed} | {one.groups} | {one.agreement:.2f} | {one.rand:.3f} "
            f"({one.low:.3f} to {one.high:.3f}) |"
            for one in own
        ]
        lines.append(f"| **{way}** | mean | | | **{mean(row.rand for row in own):.3f}** |")
    return "\n".join(lines).replace("| nan |", "| |")


def _row(seed: int, way: str, truth: NDArray[np.str_], labels: NDArray[np.str_], agreement: float) -> Row:
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(0)
    draws = (rng.integers(0, len(truth), len(truth)) for _ in range(DRAWS))
    low, high = np.quantile([adjusted_rand_score(truth[draw], labels[draw]) for draw in draws], [0.025, 0.975])
    groups = len(set(labels) - {"-1"})
    return Row(seed, way, groups, agreement, float(adjusted_rand_score(truth, labels)), float(low), float(high))


def _ours(traces: Traces, method: Method) -> tuple[NDArray[np.str_], float]:
    """As the product does it; where nothing holds, everyone is in one group."""
    choice = choose(traces.known(LEAST_TRACES), method)
    if choice.grouping is None or choice.chosen is None:
        return np.full(len(traces.customers), "all"), max(trial.agreement for trial in choice.trials)
    return _with_unknown(traces, choice.grouping.labels(traces)), choice.chosen.agreement


def _gaussian(traces: Traces) -> NDArray[np.str_]:
    from sklearn.decomposition import PCA
    from sklearn.mixture import GaussianMixture

    axes = PCA(AXES, random_state=0).fit_transform(traces.shares())
    fits = [GaussianMixture(number, covariance_type="diag", n_init=2, random_state=0).fit(axes) for number in NUMBERS]
    return _with_unknown(traces, min(fits, key=lambda fit: fit.bic(axes)).predict(axes))


def _on_features(behaviour: Behaviour, as_of: datetime, traces: Traces) -> NDArray[np.str_]:
    """The usual recipe: every number to its quantile, then K-means; told the true number of groups."""
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import QuantileTransformer

    features = customer_features(behaviour, as_of)
    row = {customer: number for number, customer in enumerate(features["customer_id"])}
    numbers = features.drop("customer_id").fill_null(-1).fill_nan(-1).to_numpy()
    spread = QuantileTransformer(output_distribution="normal", random_state=0).fit_transform(numbers)
    labels = KMeans(8, n_init=10, random_state=0).fit_predict(spread)
    return np.array([str(labels[row[customer]]) for customer in traces.customers])


def _with_unknown(traces: Traces, labels: NDArray[np.intp]) -> NDArray[np.str_]:
    enough = traces.counts.sum(axis=1) >= LEAST_TRACES
    return np.where(enough, labels.astype(str), "-1")


if __name__ == "__main__":
    main()
