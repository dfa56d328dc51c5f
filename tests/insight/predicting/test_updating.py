"""Learning on from a stream, and telling drift: planted changes are seen, a steady world changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import UserError
from insight.predicting.calibrators import choose_calibrator
from insight.predicting.columns import Column
from insight.predicting.drift import answer_drift, spread_of, stability
from insight.predicting.learning import Found, fitted
from insight.predicting.model import ScoreModel
from insight.predicting.search import Recipe, fit
from insight.predicting.tasks import Rows
from insight.predicting.updating import update

COLUMNS = (Column("x", "the x"), Column("kind", "the kind", ("a", "b")))
TREES = {"learning_rate": 0.1, "num_leaves": 8, "min_data_in_leaf": 20, "rounds": 60}


def _rows(count: int, seed: int, shift: float = 0.0, bias: float = 0.0) -> Rows:
    """Yes with log odds 2 x + kind + bias; x lies around `shift`."""
    rng = np.random.default_rng(seed)
    codes = np.column_stack([rng.normal(shift, 1, count), rng.integers(0, 2, count).astype(float)])
    truth = rng.random(count) < 1 / (1 + np.exp(-(2 * codes[:, 0] + codes[:, 1] + bias)))
    return Rows(COLUMNS, codes, truth, np.arange(count), np.arange(count, dtype=float))


def _model(learner: str) -> ScoreModel:
    rows = _rows(2000, 1)
    recipe = Recipe("trees", TREES, COLUMNS) if learner == "trees" else Recipe("logistic", {"C": 1.0}, COLUMNS)
    raw = fit(recipe, rows).raw(rows.codes)
    return fitted("toy", Found(recipe, choose_calibrator(raw, rows.truth)), rows)


@pytest.mark.parametrize("learner", ["trees", "logistic"])
def test_a_model_follows_answers_that_have_changed(learner: str) -> None:
    found = update(_model(learner), _rows(2000, 2, bias=-2.0))
    assert found.answers.verdict == "drifted"
    assert found.drifted
    assert found.took
    assert found.updated_loss < found.frozen_loss - 0.01
    later = _rows(1000, 3, bias=-2.0)
    before, after = _model(learner).told(later.codes).mean(), found.model.told(later.codes).mean()
    assert abs(after - later.truth.mean()) < abs(before - later.truth.mean())


def test_customers_who_have_changed_are_told_and_steady_ones_are_not() -> None:
    model = _model("trees")
    steady = update(model, _rows(1500, 4))
    assert {one.verdict for one in steady.moved} == {"steady"}
    assert steady.answers.verdict == "steady"
    moved = {one.name: one.verdict for one in update(model, _rows(1500, 5, shift=1.5)).moved}
    assert moved == {"the score": "drifted", "the x": "drifted", "the kind": "steady"}


def test_what_would_be_worse_does_not_take_the_place() -> None:
    model = _model("logistic")
    found = update(model, _rows(1500, 6))
    assert found.took == (found.updated_loss < found.frozen_loss)
    assert found.took or found.model is model


def test_too_few_answers_are_refused() -> None:
    with pytest.raises(UserError, match="at least 50 new rows"):
        update(_model("logistic"), _rows(20, 7))


def test_stability_of_the_same_is_nought_and_of_gaps_is_seen() -> None:
    values = np.random.default_rng(0).normal(size=5000)
    spread = spread_of(values)
    assert stability(spread, values) == pytest.approx(0, abs=1e-9)
    holes = np.where(np.arange(5000) % 2 == 0, np.nan, values)
    assert stability(spread, holes) > 0.25


def test_a_drift_of_answers_is_not_seen_in_true_probabilities() -> None:
    rng = np.random.default_rng(3)
    told = rng.random(2000)
    truth = rng.random(2000) < told
    assert answer_drift(told, truth).verdict == "steady"
    assert answer_drift(np.clip(told + 0.1, 0, 1), truth).verdict == "drifted"


def test_a_calibrator_mends_overconfidence_and_leaves_the_honest_alone() -> None:
    rng = np.random.default_rng(4)
    odds = rng.normal(size=4000)
    truth = rng.random(4000) < 1 / (1 + np.exp(-odds))
    assert choose_calibrator(odds, truth).kind == "none"
    mended = choose_calibrator(3 * odds, truth)
    assert mended.kind == "platt"
    assert mended.at[0] == pytest.approx(1 / 3, rel=0.15)
    bent = replace(mended, kind="none")
    assert np.abs(mended.probabilities(3 * odds) - 1 / (1 + np.exp(-odds))).max() < 0.05
    assert bent.probabilities(np.array([0.0]))[0] == 0.5
