"""From log odds to honest probabilities: as they are, through a line (Platt), or through a rising staircase (isotonic).

Platt 1999, "Probabilistic Outputs for Support Vector Machines"; Zadrozny and Elkan 2002, "Transforming Classifier
Scores into Accurate Multiclass Probability Estimates".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from insight.predicting.columns import Floats
from insight.predicting.measures import log_loss
from insight.reading.calibration import calibration_error

Kind = Literal["none", "platt", "isotonic"]
WORTH = 0.002
"""of calibration error that the more pliant kind must take away to be taken"""
PARTS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Calibrator:
    kind: Kind
    at: Floats
    """platt: slope and bias; isotonic: log odds, rising; none: empty"""
    to: Floats
    """isotonic: the probabilities there; else empty"""

    def probabilities(self, raw: Floats) -> Floats:
        """(n,) log odds -> (n,) probabilities."""
        if self.kind == "isotonic":
            return np.asarray(np.interp(raw, self.at, self.to))
        line = raw if self.kind == "none" else self.at[0] * raw + self.at[1]
        return np.asarray(1 / (1 + np.exp(-np.clip(line, -40, 40))))


def fit_calibrator(kind: Kind, raw: Floats, truth: NDArray[np.bool_]) -> Calibrator:
    """On (n,) log odds of rows that the model had not learnt from."""
    if kind == "none":
        return Calibrator(kind, np.empty(0), np.empty(0))
    if kind == "platt":
        from sklearn.linear_model import LogisticRegression

        fitted = LogisticRegression(C=1e6).fit(raw[:, None], truth)
        return Calibrator(kind, np.array([fitted.coef_[0, 0], fitted.intercept_[0]]), np.empty(0))
    from sklearn.isotonic import IsotonicRegression

    # No staircase of n rows can tell a chance below 1 / n: its ends are kept away from 0 and 1.
    edge = 1 / (len(truth) + 2)
    stairs = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip").fit(raw, truth)
    return Calibrator(kind, np.asarray(stairs.X_thresholds_), np.asarray(stairs.y_thresholds_))


def choose_calibrator(raw: Floats, truth: NDArray[np.bool_], seed: int = 0) -> Calibrator:
    """The simplest kind that no more pliant one betters, cross-fitted: by `WORTH` in calibration error and in surprise.

    The error alone is too noisy a judge: over a thousand rows it is 0.02 for true probabilities, too.
    """
    chosen: Kind = "none"
    told = fit_calibrator("none", raw, truth).probabilities(raw)
    least, surprise = calibration_error(told, truth), log_loss(told, truth)
    for kind in get_args(Kind)[1:]:
        told = _cross_fitted(kind, raw, truth, seed)
        error, loss = calibration_error(told, truth), log_loss(told, truth)
        if error < least - WORTH and loss < surprise:
            chosen, least, surprise = kind, error, loss
    return fit_calibrator(chosen, raw, truth)


def _cross_fitted(kind: Kind, raw: Floats, truth: NDArray[np.bool_], seed: int) -> Floats:
    """(n,): what the kind says of rows that it was not fitted to."""
    from sklearn.model_selection import StratifiedKFold

    told = np.empty(len(truth))
    for learn, judge in StratifiedKFold(PARTS, shuffle=True, random_state=seed).split(raw, truth):
        told[judge] = fit_calibrator(kind, raw[learn], truth[learn]).probabilities(raw[judge])
    return told
