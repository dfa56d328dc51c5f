"""How well readings of labelled rows agree with their labels: the figures of a head's card and of the evals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.reading.calibration import calibration_error
from insight.reading.heads import STRANGE, strangeness


@dataclass(frozen=True, slots=True)
class Score:
    """How well a head does on one set of rows that it had not learnt from."""

    name: str
    rows: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    note: str = ""
    strangers_told: float | None = None
    """area under the ROC curve of `strangeness`: rows of the class `out_of_scope` against all others"""


def score(
    name: str,
    classes: Sequence[str],
    probabilities: NDArray[np.float32],
    truth: NDArray[np.str_],
    note: str = "",
) -> Score:
    """`probabilities` (n, classes) against the labels `truth` (n); macro F1 over the labels that stand in `truth`."""
    from sklearn.metrics import f1_score, roc_auc_score

    read = np.array(classes)[probabilities.argmax(axis=1)]
    present = sorted(set(truth.tolist()))
    strange = truth == STRANGE
    told = (
        float(roc_auc_score(strange, strangeness(classes, probabilities))) if 0 < strange.sum() < len(truth) else None
    )
    return Score(
        name=name,
        rows=len(truth),
        accuracy=float((read == truth).mean()),
        macro_f1=float(f1_score(truth, read, average="macro", labels=present, zero_division=0)),
        calibration_error=calibration_error(probabilities.max(axis=1), read == truth),
        note=note,
        strangers_told=told,
    )


def confusion(
    classes: Sequence[str], probabilities: NDArray[np.float32], truth: NDArray[np.str_]
) -> tuple[tuple[int, ...], ...]:
    """Counts of rows: the truth down, the reading across, both in the order of `classes`."""
    read = np.array(classes)[probabilities.argmax(axis=1)]
    counted = Counter(zip(truth.tolist(), read.tolist(), strict=True))
    return tuple(tuple(counted[true, reading] for reading in classes) for true in classes)
