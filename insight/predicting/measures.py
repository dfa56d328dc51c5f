"""How good foretold probabilities are: order (AUC), surprise, calibration; with intervals that respect customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insight.predicting.columns import Floats
from insight.reading.calibration import calibration_error

RESAMPLES = 500
LEVEL = 0.95
SMALLEST = 1e-6


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the bounds of its 95 % interval, by bootstrap over customers."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, slots=True)
class Measured:
    """One model on rows that it had not learnt from."""

    name: str
    rows: int
    right: int
    """rows whose answer is yes"""
    auc: Interval
    log_loss: float
    brier: float
    calibration_error: float
    """mean |foretold - happened| over 15 equal parts of 0..1, weighted by rows"""


def measure(
    name: str, probabilities: Floats, truth: NDArray[np.bool_], groups: NDArray[np.int64], seed: int = 0
) -> Measured:
    """`probabilities` (n) of yes against `truth` (n); `groups` (n) says whose row each is."""
    inside = np.clip(probabilities, SMALLEST, 1 - SMALLEST)
    return Measured(
        name=name,
        rows=len(truth),
        right=int(truth.sum()),
        auc=_interval(_aucs(probabilities, truth, groups, seed)),
        log_loss=log_loss(inside, truth),
        brier=float(np.mean((probabilities - truth) ** 2)),
        calibration_error=calibration_error(probabilities, truth),
    )


def log_loss(probabilities: Floats, truth: NDArray[np.bool_]) -> float:
    """Mean surprise in nats."""
    return float(row_losses(probabilities, truth).mean())


def row_losses(probabilities: Floats, truth: NDArray[np.bool_]) -> Floats:
    """(n,): each row's surprise in nats."""
    given = np.clip(np.where(truth, probabilities, 1 - probabilities), SMALLEST, 1.0)
    return np.asarray(-np.log(given))


def auc_gain(
    ours: Floats, theirs: Floats, truth: NDArray[np.bool_], groups: NDArray[np.int64], seed: int = 0
) -> Interval:
    """How much more AUC `ours` has than `theirs`; the same customers are drawn for both."""
    return _interval(_aucs(ours, truth, groups, seed) - _aucs(theirs, truth, groups, seed))


def auc(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """Chance that a yes is ranked above a no, ties counted half. NaN where there is only one kind."""
    _, ranks = np.unique(scores, return_inverse=True)
    return _ranked_auc(ranks, truth, np.ones(len(truth)))


def _aucs(scores: Floats, truth: NDArray[np.bool_], groups: NDArray[np.int64], seed: int) -> Floats:
    """(1 + RESAMPLES,): of all rows, then of customers drawn with replacement."""
    rng = np.random.default_rng(seed)
    _, owners = np.unique(groups, return_inverse=True)
    many = int(owners.max()) + 1
    _, ranks = np.unique(scores, return_inverse=True)
    found = [auc(scores, truth)]
    for _ in range(RESAMPLES):
        times_drawn = np.bincount(rng.integers(0, many, many), minlength=many)[owners]
        found.append(_ranked_auc(ranks, truth, times_drawn))
    return np.array(found)


def _ranked_auc(ranks: NDArray[np.intp], truth: NDArray[np.bool_], weights: NDArray[Any]) -> float:
    yes, no = np.bincount(ranks, weights * truth), np.bincount(ranks, weights * ~truth)
    pairs = yes.sum() * no.sum()
    return float(yes @ (np.cumsum(no) - no / 2) / pairs) if pairs else float("nan")


def _interval(values: Floats) -> Interval:
    low, high = np.nanquantile(values[1:], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(values[0]), float(low), float(high))
