"""From logits to honest probabilities: temperature, the share of two views, and how far confidence is from accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
"""float32 in, float32 out; fitting reckons in float64"""
BINS = 15
"""as in Guo et al. 2017, "On Calibration of Modern Neural Networks", arXiv:1706.04599"""
LEAST_GAIN = 0.01
"""share of the held-out log loss that a second view must take away, or it is left out"""


@dataclass(frozen=True, slots=True)
class Pool:
    """Two views of the same rows in one: ((1 - share) x first + share x second) / temperature."""

    share: float
    temperature: float
    loss: float
    """mean log loss of the pooled logits on the rows it was fitted on, natural logarithm"""

    def logits(self, first: Floats, second: Floats | None) -> Floats:
        """Before the temperature."""
        return first if second is None or not self.share else (1 - self.share) * first + self.share * second


@dataclass(frozen=True, slots=True)
class Bin:
    """The rows whose confidence falls into one of equal parts of 0..1."""

    rows: int
    confidence: float
    """mean over the rows"""
    accuracy: float


def fit_pool(first: Floats, second: Floats | None, columns: NDArray[np.intp], importance: NDArray[np.float64]) -> Pool:
    """The share and temperature with the least weighted log loss. Logits (n, classes), `columns` (n) of the truth.

    The loss is convex in the two views' factors, so there is one best pair (log-linear pooling; Genest and Zidek 1986,
    "Combining Probability Distributions"). A second view that hardly helps is left out: its share is 0.
    """
    alone = _least_loss([first], columns, importance)
    if second is not None:
        both = _least_loss([first, second], columns, importance)
        if both.loss < (1 - LEAST_GAIN) * alone.loss:
            return both
    return alone


def softmax(logits: Floats, temperature: float) -> Floats:
    """Rows that sum to 1."""
    odds = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def reliability(confidences: Floats, right: NDArray[np.bool_], bins: int = BINS) -> tuple[Bin | None, ...]:
    """The rows by their confidence, `bins` equal parts from 0 to 1; None where no row falls into a part."""
    which = np.minimum((confidences * bins).astype(int), bins - 1)
    inside = [which == one for one in range(bins)]
    return tuple(
        Bin(int(some.sum()), float(confidences[some].mean()), float(right[some].mean())) if some.any() else None
        for some in inside
    )


def calibration_error(confidences: Floats, right: NDArray[np.bool_], bins: int = BINS) -> float:
    """Expected calibration error: |confidence - accuracy| over `bins` equal parts, weighted by their rows."""
    filled = [one for one in reliability(confidences, right, bins) if one]
    return sum(one.rows * abs(one.confidence - one.accuracy) for one in filled) / len(right)


def _least_loss(views: list[Floats], columns: NDArray[np.intp], importance: NDArray[np.float64]) -> Pool:
    from scipy.optimize import minimize

    stacked = np.stack(views).astype(np.float64)
    rows, weights = np.arange(len(columns)), importance / importance.sum()

    def loss_and_slope(factors: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        probabilities = softmax(np.tensordot(factors, stacked, axes=1), 1.0)
        loss = float(weights @ -np.log(probabilities[rows, columns] + 1e-12))
        surprise = probabilities * weights[:, None]
        surprise[rows, columns] -= weights
        return loss, np.tensordot(stacked, surprise, axes=2)

    start = np.full(len(views), 1.0 / len(views))
    found = minimize(loss_and_slope, start, jac=True, method="L-BFGS-B", bounds=[(0.0, 50.0)] * len(views))
    total = max(float(found.x.sum()), 1e-6)
    return Pool(share=float(found.x[1:].sum()) / total, temperature=1 / total, loss=float(found.fun))
