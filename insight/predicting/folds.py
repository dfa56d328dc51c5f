"""Splits to judge a model on: later rows than it learnt from where rows have a time, other customers elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.predicting.tasks import Rows

FOLDS = 4
HELD_OUT = 0.25
"""share of the rows that is judged on in the end and never looked at before"""
LEAST = 20
"""rows of either answer that each side of a split by time needs"""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Places of the rows to learn from and of those to judge on."""

    learn: NDArray[np.intp]
    judge: NDArray[np.intp]
    by: str
    """`time` or `customer`"""


def hold_out(rows: Rows, share: float = HELD_OUT, seed: int = 0) -> Split:
    """The last rows by time, at least `share` of them; a share of the customers where rows have no time."""
    if rows.times is not None:
        for start in np.unique(rows.times)[::-1]:
            late = rows.times >= start
            if late.mean() >= share:
                split = _split_at(rows, start, np.inf)
                if split is not None:
                    return split
                break
    return _by_customer(rows, round(1 / share), seed)[0]


def cross_validation(rows: Rows, seed: int = 0, folds: int = FOLDS) -> list[Split]:
    """Growing windows by time where rows have one and there are enough of them, else folds of customers."""
    if rows.times is not None:
        edges = np.unique(np.quantile(rows.times, np.linspace(0, 1, folds + 2), method="nearest"))
        ends = [*edges[2:-1], np.inf]
        windows = [_split_at(rows, start, end) for start, end in zip(edges[1:], ends, strict=False) if start < end]
        found = [window for window in windows if window is not None]
        if found:
            return found
    return _by_customer(rows, folds, seed)


def _split_at(rows: Rows, start: float, end: float) -> Split | None:
    """Judging on [start, end), learning from what had its answer by `start`; None where either is too thin."""
    assert rows.times is not None
    learn = np.flatnonzero(rows.times + rows.horizon <= start - (0 if rows.horizon else 1e-9))
    judge = np.flatnonzero((rows.times >= start) & (rows.times < end))
    for side in (learn, judge):
        right = int(rows.truth[side].sum())
        if min(right, len(side) - right) < LEAST:
            return None
    return Split(learn, judge, "time")


def _by_customer(rows: Rows, folds: int, seed: int) -> list[Split]:
    from sklearn.model_selection import StratifiedGroupKFold

    drawn = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    return [Split(learn, judge, "customer") for learn, judge in drawn.split(rows.codes, rows.truth, rows.groups)]
