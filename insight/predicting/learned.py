"""A model with what its card tells of it: from which rows, how good beside its baselines, what it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from insight.predicting.columns import LeftOut
from insight.predicting.measures import Interval, Measured
from insight.predicting.model import ScoreModel
from insight.predicting.tasks import Rows, TableTask, day_of
from insight.reading.calibration import Bin

BASELINE = "standardised linear regression"
"""on the same columns: the named baseline of every score"""
STANDARD = "standardised logistic regression"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A column that foretells the answer alone."""

    words: str
    auc: float


@dataclass(frozen=True, slots=True)
class Judged:
    """On the rows put aside."""

    measured: tuple[Measured, ...]
    """the model, the baseline, the standardised logistic regression"""
    gain: Interval
    """of AUC over the baseline, the same customers drawn for both"""
    curve: tuple[Bin | None, ...]
    """reliability of the model"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a card tells. Days are ISO dates."""

    source: str
    target: str
    yes: str
    rows: int
    right: int
    customers: int
    first: str
    """day of the earliest row; empty where rows have no time"""
    last: str
    horizon_days: float
    split: str
    """`time` or `customer`"""
    left_out: tuple[LeftOut, ...]
    judged: Judged | None = None
    suspicions: tuple[Suspicion, ...] = ()
    recipe: str = ""
    calibrator: str = ""
    reasons: tuple[tuple[str, float], ...] = ()
    """columns by their mean share in the log odds, the weightiest first"""

    @classmethod
    def of(cls, task: TableTask, rows: Rows, yes: str, left_out: tuple[LeftOut, ...], split: str) -> Facts:
        """What can be told before anything is learnt."""
        first, last = ("", "") if rows.times is None else (_day(rows.times.min()), _day(rows.times.max()))
        return cls(
            source=task.source,
            target=task.target,
            yes=yes,
            rows=len(rows),
            right=int(rows.truth.sum()),
            customers=len(np.unique(rows.groups)),
            first=first,
            last=last,
            horizon_days=task.horizon / timedelta(days=1),
            split=split,
            left_out=left_out,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    model: ScoreModel
    facts: Facts


def _day(days: float) -> str:
    return day_of(float(days)).date().isoformat()
