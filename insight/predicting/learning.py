"""Learning to answer a yes-or-no question from a table: baseline, selection, search, calibration, measured at the end.

The rows that are judged on in the end are put aside before anything is looked at. What is kept is fitted again on all
rows by the recipe that was chosen without them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from insight.predicting.calibrators import Calibrator, choose_calibrator, fit_calibrator
from insight.predicting.columns import Floats
from insight.predicting.drift import reference_of
from insight.predicting.folds import cross_validation, hold_out
from insight.predicting.gates import LEAST_OF_EACH, LEAST_ROWS, Gate, refuse_thin
from insight.predicting.judging import judge, suspicions
from insight.predicting.learned import Facts, Learned
from insight.predicting.model import ScoreModel, mean_reasons
from insight.predicting.search import Recipe, Tried, fit, recipes, try_out
from insight.predicting.selection import select_columns
from insight.predicting.tasks import Rows, TableTask, read_rows

SEARCH_ROWS = 20_000
"""rows that settings are searched on, drawn by customer; the chosen recipe is fitted on all"""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried. The same effort and seed give the same model."""

    trials: int = 14
    """random settings of trees"""
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search chose, and how what it says becomes a probability."""

    recipe: Recipe
    calibrator: Calibrator


def learn(task: TableTask, effort: Effort = Effort()) -> Learned:
    """A model of `task`, with all that its card tells.

    Raises `UserError` where the table is not fit for it, or too thin.
    """
    rows, left_out, yes = read_rows(task)
    right = int(rows.truth.sum())
    refuse_thin(
        f"model {task.name}",
        [
            Gate("rows", len(rows), LEAST_ROWS),
            Gate(f"with {task.target} = {yes}", right, LEAST_OF_EACH),
            Gate("with another answer", len(rows) - right, LEAST_OF_EACH),
        ],
    )
    split = hold_out(rows, seed=effort.seed)
    found = find(rows.take(split.learn), effort)
    learnt = rows.take(split.learn)
    judged = judge(fitted("", found, learnt), learnt, rows.take(split.judge), effort.seed)
    facts = replace(Facts.of(task, rows, yes, left_out, split.by), judged=judged, suspicions=suspicions(rows))
    model = _whole_model(task.name, found, rows, effort.seed)
    reasons = tuple((column.words, share) for column, share in mean_reasons(model, _some(rows, model)))
    return Learned(model, replace(facts, recipe=str(found.recipe), calibrator=model.calibrator.kind, reasons=reasons))


def find(rows: Rows, effort: Effort) -> Found:
    """The recipe of least cross-validated surprise, and a calibrator fitted to what it said in cross-validation."""
    drawn = _drawn(rows, effort.seed)
    splits = cross_validation(drawn, effort.seed)
    tried = [
        try_out(recipe, drawn, splits)
        for recipe in recipes(drawn.columns, select_columns(drawn, effort.seed), effort.trials, effort.seed)
    ]
    best = min(tried, key=lambda one: one.loss)
    return Found(best.recipe, _calibrated(best, drawn, effort.seed))


def fitted(name: str, found: Found, rows: Rows) -> ScoreModel:
    """The model that `found` makes of `rows`."""
    columns = found.recipe.columns
    scorer = fit(found.recipe, rows)
    codes = rows.looking_at(columns).codes
    reference = reference_of(columns, codes, found.calibrator.probabilities(scorer.raw(codes)))
    return ScoreModel(name, columns, scorer, found.calibrator, reference)


def _calibrated(best: Tried, rows: Rows, seed: int) -> Calibrator:
    return choose_calibrator(best.raw, rows.truth[best.places], seed)


def _whole_model(name: str, found: Found, rows: Rows, seed: int) -> ScoreModel:
    """Fitted on all rows, the held-out ones too; calibrated anew, for theirs are the latest answers."""
    drawn = _drawn(rows, seed)
    again = try_out(found.recipe, drawn, cross_validation(drawn, seed))
    calibrator = fit_calibrator(found.calibrator.kind, again.raw, drawn.truth[again.places])
    return fitted(name, replace(found, calibrator=calibrator), rows)


def _drawn(rows: Rows, seed: int) -> Rows:
    """At most `SEARCH_ROWS`, whole customers."""
    if len(rows) <= SEARCH_ROWS:
        return rows
    groups = np.random.default_rng(seed).permutation(np.unique(rows.groups))
    kept = groups[: max(1, len(groups) * SEARCH_ROWS // len(rows))]
    return rows.take(np.flatnonzero(np.isin(rows.groups, kept)))


def _some(rows: Rows, model: ScoreModel, most: int = 2000) -> Floats:
    return rows.looking_at(model.columns).codes[:: max(1, len(rows) // most)]
