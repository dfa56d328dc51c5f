"""A model beside its baselines, on rows that none of them learnt from; and columns too good to be true."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from insight.predicting.columns import Floats
from insight.predicting.learned import BASELINE, STANDARD, Judged, Suspicion
from insight.predicting.linear import fit_least_squares, fit_logistic
from insight.predicting.measures import auc, auc_gain, measure
from insight.predicting.model import ScoreModel
from insight.predicting.tasks import Rows
from insight.reading.calibration import reliability

TOO_GOOD = 0.99
"""AUC of one column alone from which the answer itself is suspected in it"""
CURVE_BINS = 10


def judge(model: ScoreModel, learnt: Rows, aside: Rows, seed: int = 0) -> Judged:
    """`model`, which was fitted to `learnt`, and the baselines fitted to the same rows, on the rows put `aside`."""
    ours = model.told(aside.looking_at(model.columns).codes)
    linear = probabilities(fit_least_squares(learnt).raw(aside.codes))
    logistic = probabilities(fit_logistic(learnt).raw(aside.codes))
    truth, groups = aside.truth, aside.groups
    told = (("model", ours), (BASELINE, linear), (STANDARD, logistic))
    return Judged(
        measured=tuple(measure(name, said, truth, groups, seed) for name, said in told),
        gain=auc_gain(ours, linear, truth, groups, seed),
        curve=reliability(ours, truth, CURVE_BINS),
    )


def probabilities(raw: Floats) -> Floats:
    """(n,) log odds as they are."""
    return np.asarray(1 / (1 + np.exp(-np.clip(raw, -40, 40))))


def suspicions(rows: Rows) -> tuple[Suspicion, ...]:
    """Columns that foretell the answer so well alone that they may have been written after it."""
    found = []
    for place, column in enumerate(rows.columns):
        values = rows.codes[:, place]
        if column.levels is not None:
            values = _yes_by_level(values, rows.truth)
        order = auc(np.nan_to_num(values, nan=-np.inf), rows.truth)
        alone = max(order, 1 - order)
        if alone >= TOO_GOOD:
            found.append(Suspicion(column.words, alone))
    return tuple(found)


def _yes_by_level(values: Floats, truth: NDArray[np.bool_]) -> Floats:
    """(n,): the share of yes among the rows of each row's level."""
    levels, places = np.unique(np.nan_to_num(values, nan=-1), return_inverse=True)
    counts = np.bincount(places, minlength=len(levels))
    return np.asarray((np.bincount(places, truth, minlength=len(levels)) / counts)[places])
