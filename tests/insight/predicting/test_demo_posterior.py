"""The best possible on the demo shop: its chances come true."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import numpy as np

from evals.insight.demo_churn import truth_of
from evals.insight.demo_posterior import expected_orders, traits_of
from insight.predicting.measures import auc
from insight.reading.calibration import calibration_error
from shop.demo.simulate import END, simulate

NOW = datetime.combine(END, time(18), tzinfo=UTC)


def test_the_posterior_is_calibrated_on_the_answer_key() -> None:
    shop = simulate(7, 700)
    buyers = sorted({order.customer_id for order in shop.orders} - {"C-00001", "C-00002"})
    gone, best = truth_of(shop, buyers, 7, NOW)
    assert auc(best, gone) > 0.97
    assert calibration_error(best, gone) < 0.05


def test_a_years_orders_are_the_rate() -> None:
    rates = [
        expected_orders(traits, NOW - timedelta(days=365), NOW) / traits.orders_a_year
        for traits in (traits_of(7, f"C-{number:05d}", NOW) for number in range(3, 40))
        if traits.orders_a_year
    ]
    assert abs(np.mean(rates) - 1) < 0.05
