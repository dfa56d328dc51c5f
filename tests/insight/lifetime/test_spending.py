"""Gamma-Gamma on orders drawn by its rules."""

from __future__ import annotations

import numpy as np
import pytest

from insight.lifetime.gamma_gamma import PARAMETERS, GammaGamma, fit_gamma_gamma

TRUE = GammaGamma(4.0, 5.0, 60.0)


def draw_values(customers: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Orders, their mean value, and the true mean of each customer."""
    rng = np.random.default_rng(seed)
    orders = rng.integers(1, 8, customers).astype(np.float64)
    rate = rng.gamma(TRUE.q, 1 / TRUE.v, customers)
    return orders, rng.gamma(TRUE.p * orders) / rate / orders, TRUE.p / rate


def test_gradient_is_the_slope_of_the_likelihood() -> None:
    orders, means = np.array([1.0, 3.0, 12.0]), np.array([5.0, 80.0, 33.0])
    for at, name in enumerate(PARAMETERS):
        start = {"p": 4.0, "q": 5.0, "v": 60.0}
        low, high = (
            GammaGamma(**{**start, name: start[name] + step}).log_likelihood(orders, means) for step in (-1e-5, 1e-5)
        )
        assert TRUE.gradient(orders, means)[at] == pytest.approx((high - low) / 2e-5, abs=1e-6)


def test_true_parameters_lie_in_the_intervals() -> None:
    orders, means, _ = draw_values(6000, seed=1)
    found = fit_gamma_gamma(orders, means).maximum
    assert found.told
    for at, name in enumerate(PARAMETERS):
        assert found.low[at] < getattr(TRUE, name) < found.high[at]


def test_an_expected_value_is_nearer_the_truth_than_the_mean_seen() -> None:
    orders, means, true = draw_values(6000, seed=2)
    expected = TRUE.expected_value(orders, means)
    assert ((expected - true) ** 2).mean() < 0.8 * ((means - true) ** 2).mean()
    assert expected.mean() == pytest.approx(true.mean(), rel=0.02)
    assert TRUE.expected_value(np.zeros(1), np.zeros(1))[0] == pytest.approx(TRUE.population_mean)


def test_customers_without_a_value_are_left_out() -> None:
    orders, means, _ = draw_values(500, seed=3)
    padded = fit_gamma_gamma(np.append(orders, [0, 2]), np.append(means, [0, 0]))
    assert padded.model == fit_gamma_gamma(orders, means).model
