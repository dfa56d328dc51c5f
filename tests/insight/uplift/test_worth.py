"""Qini curves and targeting: nothing for a score that knows nothing, the truth for one that knows all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.insight.hillstrom import ARMS, hillstrom
from insight.uplift.experiment import estimate_propensity
from insight.uplift.qini import qini_curve
from insight.uplift.targeting import RANDOM, contrast, target
from tests.insight.uplift.trials import draw_trial


@pytest.mark.parametrize("leaning", [0.0, 1.0])
def test_a_random_order_is_worth_nothing(leaning: float) -> None:
    experiment = draw_trial(4000, seed=1, leaning=leaning).experiment
    found = qini_curve(experiment, np.random.default_rng(0).random(4000)).coefficient
    assert found.low < 0 < found.high


def test_the_true_order_is_worth_what_the_truth_says() -> None:
    trial = draw_trial(20000, seed=2)
    curve = qini_curve(trial.experiment, trial.effect)
    # The better half gains 0.3 each, the other loses 0.1: 150 by 1,000 at the peak, 100 in the end.
    half = curve.shares.index(min(curve.shares, key=lambda share: abs(share - 0.5)))
    assert curve.gains[half] == pytest.approx(150, abs=12)
    assert curve.gains[-1] == pytest.approx(100, abs=15)
    assert curve.coefficient.value == pytest.approx(50, abs=6)  # a triangle of height 100 over the line
    assert curve.clear


def test_choosing_by_the_truth_gains_and_choosing_against_it_loses() -> None:
    trial = draw_trial(8000, seed=3, leaning=0.7)
    best, worst, random = target(trial.experiment, {"best": trial.effect, "worst": -trial.effect}, 0.3)
    assert best.incremental.low < 300 < best.incremental.high
    assert worst.incremental.low < -100 < worst.incremental.high
    assert random.name == RANDOM
    assert random.incremental.value == pytest.approx(100, abs=25)
    assert best.over_random.low > 0
    assert random.over_random.value == 0
    assert contrast(trial.experiment, trial.effect, -trial.effect, 0.3).low > 300


def test_without_its_propensity_a_leaning_draw_deceives() -> None:
    trial = draw_trial(8000, seed=4, leaning=1.0)
    told = estimate_propensity(trial.experiment.features, trial.experiment.treated)
    assert np.abs(told - trial.experiment.propensity).mean() < 0.15
    treated, acted = trial.experiment.treated, trial.experiment.outcome
    naive = 1000 * (acted[treated].mean() - acted[~treated].mean())
    (mended,) = (one for one in target(trial.experiment, {}, 0.3) if one.name == RANDOM)
    assert naive > 200
    assert mended.incremental.low < 100 < mended.incremental.high


def test_hillstroms_mails_raise_visits(shared_data: Path) -> None:
    for arm, least in zip(ARMS, (60, 30), strict=True):
        trial = hillstrom(shared_data, arm)
        (everyone,) = target(trial, {}, 0.3)
        assert everyone.incremental.low > least
