"""Scores of public tables, each customer scored by a model that never saw them.

    python -m evals.insight.scores --out REPORT [--sets telco-churn,personal-loan]

Five folds by customer. In each, everything is done on the other four alone: selection, search, calibration. So every
row is foretold once, and the figures are over all rows; intervals by bootstrap over customers.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import HawkerError
from evals.insight.figures import TITLES, figures, signed, table, write
from evals.insight.score_sets import CALIBRATED, SETS, read_set
from evals.public_data import data_folder
from insight.predicting.columns import Floats
from insight.predicting.judging import probabilities
from insight.predicting.learned import BASELINE, STANDARD
from insight.predicting.learning import Effort, find, fitted
from insight.predicting.linear import fit_least_squares, fit_logistic
from insight.predicting.measures import Interval, Measured, auc_gain, measure
from insight.predicting.tasks import Rows, TableTask, read_rows

FOLDS = 5


@dataclass(frozen=True, slots=True)
class SetScore:
    """What one table showed."""

    name: str
    measured: tuple[Measured, ...]
    """ours, the linear regression, the logistic regression"""
    gain: Interval
    recipes: tuple[str, ...]
    wanted: float | None

    @property
    def met(self) -> bool:
        """Whether what is wanted of it is there."""
        ours = self.measured[0]
        return self.wanted is None or (ours.auc.value >= self.wanted and ours.calibration_error <= CALIBRATED)


def judge_set(task: TableTask, effort: Effort, wanted: float | None = None) -> SetScore:
    """Foretell each row of `task` from the folds that it is not in."""
    from sklearn.model_selection import StratifiedGroupKFold

    rows, _, _ = read_rows(task)
    told = {name: np.empty(len(rows)) for name in ("model", BASELINE, STANDARD)}
    recipes = []
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=effort.seed)
    for learn, aside in folds.split(rows.codes, rows.truth, rows.groups):
        said, recipe = _foretell(rows.take(learn), rows.take(aside), effort)
        recipes.append(recipe)
        for name, values in said.items():
            told[name][aside] = values
    measured = tuple(measure(name, values, rows.truth, rows.groups) for name, values in told.items())
    gain = auc_gain(told["model"], told[BASELINE], rows.truth, rows.groups)
    return SetScore(task.name, measured, gain, tuple(recipes), wanted)


def _foretell(learnt: Rows, aside: Rows, effort: Effort) -> tuple[dict[str, Floats], str]:
    found = find(learnt, effort)
    model = fitted("", found, learnt)
    said = {
        "model": model.told(aside.looking_at(model.columns).codes),
        BASELINE: probabilities(fit_least_squares(learnt).raw(aside.codes)),
        STANDARD: probabilities(fit_logistic(learnt).raw(aside.codes)),
    }
    return said, f"{found.recipe}; {found.calibrator.kind}"


def told(scores: Sequence[SetScore]) -> dict[str, Any]:
    """For JSON."""
    return {one.name: {**asdict(one), "met": one.met} for one in scores}


def shown(scores: Sequence[SetScore]) -> str:
    """For a person."""
    rows = [row for one in scores for row in figures(one.name, one.measured)]
    lines = [f"{one.name}: AUC over the {BASELINE} {signed(one.gain)}; wanted: {_verdict(one)}" for one in scores]
    return "\n".join([table(TITLES, rows), "", *lines])


def _verdict(one: SetScore) -> str:
    wanted = "nothing" if one.wanted is None else f"AUC {one.wanted}, calibration error {CALIBRATED}"
    return f"{wanted}{'' if one.wanted is None else ': met' if one.met else ': MISSED'}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Exit status 0 where every set shows what is wanted of it, 3 where one does not."""
    parser = argparse.ArgumentParser(prog="python -m evals.insight.scores", description="Scores of public tables.")
    parser.add_argument("--out", type=Path, required=True, help="folder for scores.json and scores.md")
    parser.add_argument("--sets", default=",".join(SETS), help="names with commas between; all by default")
    parser.add_argument("--trials", type=int, default=14, help="settings of trees tried in each fold")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    effort = Effort(given.trials, given.seed)
    try:
        data = data_folder()
        scores = [judge_set(read_set(name, data), effort, SETS[name].auc) for name in given.sets.split(",")]
    except HawkerError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    write(given.out, "scores", told(scores), shown(scores))
    return 0 if all(one.met for one in scores) else 3


if __name__ == "__main__":
    raise SystemExit(main())
