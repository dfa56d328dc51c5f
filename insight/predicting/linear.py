"""Linear models over a standardised design: least squares, which is the baseline, and logistic regression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from insight.predicting.columns import Floats
from insight.predicting.design import Design, make_design
from insight.predicting.tasks import Rows

LEAST = 1e-6
"""a least-squares answer is held this far inside 0..1 before it is turned into log odds"""
STEPS = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """bias + design @ weights: a probability for least squares, log odds for logistic regression."""

    design: Design
    weights: Floats
    """(width,)"""
    bias: float
    kind: Literal["least squares", "logistic"]

    def raw(self, codes: Floats) -> Floats:
        """(n, columns) -> (n,) log odds."""
        line = self.design.matrix(codes) @ self.weights + self.bias
        if self.kind == "logistic":
            return np.asarray(line)
        inside = np.clip(line, LEAST, 1 - LEAST)
        return np.asarray(np.log(inside / (1 - inside)))

    def contributions(self, codes: Floats) -> Floats:
        """(n, columns): what each column adds to the line, against the mean row.

        With independent columns these are the exact Shapley values (Lundberg and Lee 2017, arXiv:1705.07874, 4.2).
        """
        parts = self.design.matrix(codes) * self.weights
        sums = np.zeros((len(codes), len(self.design.levels)))
        np.add.at(sums.T, self.design.owners, parts.T)
        return sums

    def to_plain(self) -> dict[str, Any]:
        """As JSON values."""
        design = self.design
        return {
            "kind": self.kind,
            "bias": self.bias,
            "weights": self.weights.tolist(),
            "means": design.means.tolist(),
            "scales": design.scales.tolist(),
            "levels": list(design.levels),
            "gaps": list(design.gaps),
        }


def linear_of(plain: Mapping[str, Any]) -> Linear:
    """What `to_plain` wrote."""
    means, scales = np.array(plain["means"]), np.array(plain["scales"])
    design = Design(tuple(plain["levels"]), tuple(plain["gaps"]), means, scales)
    return Linear(design, np.array(plain["weights"]), float(plain["bias"]), plain["kind"])


def fit_least_squares(rows: Rows) -> Linear:
    """The standardised linear regression of the 0/1 answer on all columns: the baseline of every card."""
    design = make_design(rows.columns, rows.codes)
    matrix, truth = design.matrix(rows.codes), rows.truth.astype(np.float64)
    weights, *_ = np.linalg.lstsq(matrix, truth - truth.mean(), rcond=None)
    return Linear(design, weights, float(truth.mean()), "least squares")


def fit_logistic(rows: Rows, penalty: float = 1.0) -> Linear:
    """Logistic regression with the inverse L2 penalty C = `penalty`."""
    from sklearn.linear_model import LogisticRegression

    design = make_design(rows.columns, rows.codes)
    fitted = LogisticRegression(C=penalty, max_iter=STEPS).fit(design.matrix(rows.codes), rows.truth)
    return Linear(design, np.asarray(fitted.coef_[0], np.float64), float(fitted.intercept_[0]), "logistic")
