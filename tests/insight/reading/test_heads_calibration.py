"""Temperatures and shares against logits whose truth was drawn, and strangers against friends."""

from __future__ import annotations

import numpy as np
import pytest

from insight.reading.calibration import calibration_error, fit_pool, reliability, softmax
from insight.reading.heads import STRANGE, strangeness
from insight.reading.scoring import score

DRAWN = np.random.default_rng(7)
HONEST = DRAWN.normal(size=(4000, 4)) * 2
TRUTH = np.array([DRAWN.choice(4, p=odds) for odds in softmax(HONEST, 1.0)])
EVENLY = np.ones(len(TRUTH))


@pytest.mark.parametrize("boast", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_boasting(boast: float) -> None:
    pool = fit_pool(HONEST * boast, None, TRUTH, EVENLY)
    assert pool.temperature == pytest.approx(boast, rel=0.1)
    sure = softmax(HONEST * boast, pool.temperature).max(axis=1)
    right = HONEST.argmax(axis=1) == TRUTH
    assert calibration_error(sure, right) < 0.03
    assert boast == 1.0 or calibration_error(softmax(HONEST * boast, 1.0).max(axis=1), right) > 0.05


def test_a_view_that_knows_nothing_gets_no_share() -> None:
    noise = DRAWN.normal(size=HONEST.shape)
    assert fit_pool(HONEST, noise, TRUTH, EVENLY).share == 0.0


def test_two_halves_of_the_truth_are_pooled_to_the_whole() -> None:
    first = HONEST * [1, 1, 0, 0]
    pool = fit_pool(first, HONEST - first, TRUTH, EVENLY)
    assert pool.share == pytest.approx(0.5, abs=0.05)
    assert pool.temperature == pytest.approx(0.5, rel=0.1)
    assert pool.loss < fit_pool(first, None, TRUTH, EVENLY).loss


def test_rows_that_weigh_nothing_do_not_matter() -> None:
    some = np.arange(len(TRUTH)) % 2 == 0
    planted = np.where(some, TRUTH, (TRUTH + 1) % 4)
    assert fit_pool(HONEST, None, planted, some.astype(float)).temperature == pytest.approx(1.0, rel=0.15)


def test_the_calibration_error_of_a_handful_by_hand() -> None:
    sure, right = np.array([0.95, 0.95, 0.65, 0.65]), np.array([True, False, True, True])
    assert calibration_error(sure, right) == pytest.approx((0.45 + 0.35) / 2)
    bins = reliability(sure, right)
    assert (len(bins), sum(one is not None for one in bins)) == (15, 2)
    assert bins[14] is not None
    assert (bins[14].rows, bins[14].accuracy) == (2, 0.5)


def test_a_stranger_is_told_by_its_class_or_by_doubt() -> None:
    taught = strangeness(("a", STRANGE, "b"), np.array([[0.1, 0.8, 0.1], [0.9, 0.05, 0.05]], np.float32))
    assert taught[0] > 0 > taught[1]
    untaught = strangeness(("a", "b"), np.array([[0.55, 0.45], [0.95, 0.05]], np.float32))
    assert untaught[0] > untaught[1]


def test_the_score_tells_how_well_strangers_are_told() -> None:
    probabilities = np.array([[0.5, 0.5], [0.6, 0.4], [0.1, 0.9], [0.95, 0.05]], np.float32)
    scored = score("s", ("a", "b"), probabilities, np.array([STRANGE, STRANGE, "b", "a"]))
    assert scored.strangers_told == 1.0
    assert score("s", ("a", "b"), probabilities, np.array(["a", "a", "b", "a"])).strangers_told is None
