"""BG/NBD and its modified form on customers who live by its rules: fitted, differentiated and foretold rightly."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import hyp2f1

from insight.lifetime.bgnbd import PARAMETERS, BgNbd, fit_bgnbd
from insight.lifetime.foretelling import discounted_orders, expected_orders, expected_repeats
from insight.lifetime.next_order import next_order
from insight.lifetime.purchases import PurchaseSummary
from tests.insight.lifetime.lives import draw_lives

TRUE = {modified: BgNbd(0.9, 6.0, 0.8, 2.5, modified) for modified in (False, True)}
BOTH = pytest.mark.parametrize("modified", [False, True])


def buyers(frequency: list[float], recency: list[float], age: list[float]) -> PurchaseSummary:
    nothing = np.zeros(len(age))
    names = np.array([str(row) for row in range(len(age))])
    return PurchaseSummary(names, np.array(frequency), np.array(recency), np.array(age), nothing, nothing)


@BOTH
def test_gradient_is_the_slope_of_the_likelihood(modified: bool) -> None:
    seen = buyers([0, 1, 7, 30], [0, 2.5, 30, 51], [9, 40, 31, 52])
    numbers = seen.frequency, seen.recency, seen.age
    for at, name in enumerate(PARAMETERS):
        beside = [BgNbd(**{**dict(zip(PARAMETERS, (0.9, 6.0, 0.8, 2.5), strict=True)), name: value}, modified=modified)
                  for value in (getattr(TRUE[modified], name) + step for step in (-1e-6, 1e-6))]  # fmt: skip
        low, high = (model.log_likelihood(*numbers) for model in beside)
        assert TRUE[modified].gradient(*numbers)[at] == pytest.approx((high - low) / 2e-6, abs=1e-6)


@BOTH
def test_true_parameters_lie_in_the_intervals(modified: bool) -> None:
    lives = draw_lives(TRUE[modified], 6000, (10, 80), 0, seed=3)
    found = fit_bgnbd(lives.bought, modified).maximum
    assert found.told
    for at, name in enumerate(PARAMETERS):
        assert found.low[at] < getattr(TRUE[modified], name) < found.high[at]


@BOTH
def test_expectations_are_the_means_of_what_happens(modified: bool) -> None:
    model = TRUE[modified]
    lives = draw_lives(model, 8000, (10, 80), 26, seed=4)
    some = lives.later.std() / np.sqrt(len(lives.later))
    assert expected_orders(model, lives.bought, 26).mean() == pytest.approx(lives.later.mean(), abs=3 * some)
    assert model.alive(lives.bought).mean() == pytest.approx(lives.alive.mean(), abs=0.015)
    likely = model.alive(lives.bought) > 0.8
    assert model.alive(lives.bought)[likely].mean() == pytest.approx(lives.alive[likely].mean(), abs=0.015)
    repeats = expected_repeats(model, lives.bought.age).sum()
    assert repeats == pytest.approx(lives.bought.frequency.sum(), rel=0.04)


@BOTH
def test_the_next_order_comes_when_it_is_foretold(modified: bool) -> None:
    model = TRUE[modified]
    lives = draw_lives(model, 8000, (10, 80), 40, seed=5)
    coming = next_order(model, lives.bought)
    for weeks in (2, 10, 40):
        assert coming.within(weeks).mean() == pytest.approx((lives.next <= weeks).mean(), abs=0.015)
    for share in (0.1, 0.5, 0.9):
        assert (lives.next <= coming.by(share))[coming.alive > share].mean() >= share - 0.02
        assert np.isinf(coming.by(share)[coming.alive <= share]).all()
        assert np.isfinite(coming.by(share, of_those_who_come=True)).all()


def test_the_papers_formula_and_its_transformation_agree() -> None:
    seen, model = buyers([0, 2, 900], [0, 30.43, 299], [9, 38.86, 300]), BgNbd(0.243, 4.414, 0.793, 2.426)
    r, alpha, a, b = 0.243, 4.414, 0.793, 2.426
    x, t_x, age, t = 2, 30.43, 38.86, 39
    published = (a + b + x - 1) / (a - 1) * (
        1 - ((alpha + age) / (alpha + age + t)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + age + t))
    ) / (1 + a / (b + x - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x))  # fmt: skip
    expected = expected_orders(model, seen, t)
    assert expected[1] == pytest.approx(published, rel=1e-9)
    assert published == pytest.approx(1.226, abs=0.001)
    assert 60 < expected[2] < 118  # of 900 orders in 300 weeks, three a week: sometime they turn away


def test_no_parameter_breaks_the_foretelling() -> None:
    seen = buyers([0, 3, 2000], [0, 20, 99], [10, 30, 100])
    for model in (
        BgNbd(1.5, 39, 7836, 17168),
        BgNbd(0.2, 4, 1.0, 2.0),
        BgNbd(0.5, 0.3, 1e-3, 1e4),
        BgNbd(3, 9, 2, 1e-3),
    ):
        orders = expected_orders(model, seen, 52)
        assert np.all(np.isfinite(orders))
        assert np.all(orders >= 0)


def test_later_money_is_worth_less() -> None:
    seen, model = buyers([2], [30], [38]), TRUE[False]
    plain = discounted_orders(model, seen, 52, 0)
    assert plain == pytest.approx(expected_orders(model, seen, 52))
    ends = np.linspace(0, 52, 2001)
    slices = np.diff([expected_orders(model, seen, week)[0] for week in ends])
    summed = slices @ 1.1 ** (-(ends[1:] + ends[:-1]) / 2 / (365.25 / 7))
    assert discounted_orders(model, seen, 52, 0.1) == pytest.approx(summed, rel=1e-5)
