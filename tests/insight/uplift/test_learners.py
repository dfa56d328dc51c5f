"""The learners find whom a message changes, not who acts anyway; and are kept and read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import CorruptWeights, NotFound, UserError
from insight.uplift.experiment import split
from insight.uplift.keeping import load_uplift, save_uplift
from insight.uplift.learners import LEARNERS
from insight.uplift.qini import qini_curve
from insight.uplift.study import study_uplift
from tests.insight.uplift.trials import draw_trial


@pytest.mark.parametrize("name", ["x-learner", "two-model"])
def test_a_planted_effect_is_found(name: str) -> None:
    trial, fresh = draw_trial(6000, seed=1), draw_trial(4000, seed=2)
    scores = LEARNERS[name](trial.experiment, 0).scores(fresh.experiment.features)
    changed = fresh.effect > 0
    assert scores[changed].mean() == pytest.approx(0.3, abs=0.08)
    assert scores[~changed].mean() == pytest.approx(-0.1, abs=0.08)
    assert np.corrcoef(scores, fresh.effect)[0, 1] > 0.8
    assert qini_curve(fresh.experiment, scores).clear


def test_the_response_model_finds_who_acts_anyway() -> None:
    trial, fresh = draw_trial(6000, seed=1), draw_trial(4000, seed=2)
    scores = LEARNERS["response"](trial.experiment, 0).scores(fresh.experiment.features)
    ours = LEARNERS["x-learner"](trial.experiment, 0).scores(fresh.experiment.features)
    assert np.corrcoef(scores, fresh.experiment.features[:, 1] > 0)[0, 1] > 0.5
    wasted = qini_curve(fresh.experiment, scores).coefficient.value
    assert wasted < qini_curve(fresh.experiment, ours).coefficient.value


def test_a_leaning_draw_is_evened_out_by_its_propensity() -> None:
    trial, fresh = draw_trial(8000, seed=3, leaning=1.0), draw_trial(4000, seed=4)
    scores = LEARNERS["x-learner"](trial.experiment, 0).scores(fresh.experiment.features)
    assert np.corrcoef(scores, fresh.effect)[0, 1] > 0.8


def test_split_keeps_the_arms_and_loses_nobody() -> None:
    experiment = draw_trial(999, seed=5).experiment
    rest, part = split(experiment, 1 / 3, seed=0)
    assert len(rest) + len(part) == 999
    assert part.treated.sum() == round(experiment.treated.sum() / 3)
    assert not set(rest.features[:, 0]) & set(part.features[:, 0])


def test_a_small_trial_is_refused() -> None:
    with pytest.raises(UserError, match="at least 200"):
        study_uplift(draw_trial(300, seed=6).experiment)


def test_a_study_is_kept_with_its_card(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="hawker insight uplift"):
        load_uplift(tmp_path)
    trial = draw_trial(3000, seed=7)
    study = study_uplift(trial.experiment)
    assert study.clear
    save_uplift(study, "A trial.", tmp_path)
    back = load_uplift(tmp_path)
    assert np.allclose(back.scores(trial.experiment.features), study.model.scores(trial.experiment.features))
    assert "clearly better than chance" in (tmp_path / "card.md").read_text(encoding="utf-8")
    (tmp_path / "effect-on-treated.txt").write_text("nonsense")
    with pytest.raises(CorruptWeights):
        load_uplift(tmp_path)
