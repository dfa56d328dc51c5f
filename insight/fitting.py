"""Fitting a logistic head to vectors: penalty by cross-validation, temperature on the folds' held-out logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Names = NDArray[np.str_]

PENALTIES = (3.0, 10.0, 30.0, 100.0)
"""values of C tried; e5's vectors lie close together, so the weights must be allowed to grow"""
FOLDS = 5
TEMPERATURES = np.geomspace(0.2, 5.0, 200)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What cross-validation chose and saw. Logits are of rows that their fold's model had not seen."""

    classes: tuple[str, ...]
    weights: Floats
    bias: Floats
    temperature: float
    penalty: float
    held_out_logits: Floats
    """(rows, classes), before the temperature"""


def fit_head(vectors: Floats, labels: Sequence[str], weights: Sequence[float]) -> Fit:
    """`vectors` (n, dimension), `labels` (n), `weights` (n): how much each row counts. The same input, the same head.

    The penalty is the one with the least weighted log loss over the folds, after the temperature.
    """
    one_thread = import_module("threadpoolctl").threadpool_limits(1)
    truth, importance = np.asarray(labels), np.asarray(weights, dtype=np.float64)
    # The matrices are small: with several threads the time goes into waiting for one another.
    with one_thread:
        best: tuple[float, float, float, Floats] | None = None
        for penalty in PENALTIES:
            logits = _held_out(vectors, truth, importance, penalty)
            temperature, loss = _temperature(logits, truth, importance)
            if best is None or loss < best[0]:
                best = loss, penalty, temperature, logits
        assert best is not None
        _, penalty, temperature, logits = best
        model = _logistic(vectors, truth, importance, penalty)
    return Fit(
        classes=tuple(str(name) for name in model.classes_),
        weights=np.asarray(model.coef_, dtype=np.float32),
        bias=np.asarray(model.intercept_, dtype=np.float32),
        temperature=temperature,
        penalty=penalty,
        held_out_logits=logits,
    )


def softmax(logits: Floats, temperature: float) -> Floats:
    odds = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def calibration_error(confidences: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error: |confidence - accuracy| over `bins` equal widths, weighted by their rows."""
    which = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [
        (which == one).mean() * abs(confidences[which == one].mean() - right[which == one].mean())
        for one in np.unique(which)
    ]
    return float(sum(gaps))


def _held_out(vectors: Floats, truth: Names, importance: NDArray[np.float64], penalty: float) -> Floats:
    from sklearn.model_selection import StratifiedKFold

    logits = np.zeros((len(truth), len(set(truth.tolist()))), dtype=np.float32)
    for learn, check in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(vectors, truth):
        model = _logistic(vectors[learn], truth[learn], importance[learn], penalty)
        logits[check] = vectors[check] @ model.coef_.T + model.intercept_
    return logits


def _logistic(vectors: Floats, truth: Names, importance: NDArray[np.float64], penalty: float) -> Any:
    """A softmax regression; two classes would give one column of weights, so callers bring three or more."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=penalty, class_weight="balanced", max_iter=2000)
    return model.fit(vectors, truth, sample_weight=importance)


def _temperature(logits: Floats, truth: Names, importance: NDArray[np.float64]) -> tuple[float, float]:
    """The temperature with the least log loss, and that loss."""
    columns = np.searchsorted(np.unique(truth), truth)
    rows = np.arange(len(truth))
    losses = [
        float(np.average(-np.log(softmax(logits, float(t))[rows, columns] + 1e-12), weights=importance))
        for t in TEMPERATURES
    ]
    best = int(np.argmin(losses))
    return float(TEMPERATURES[best]), losses[best]
