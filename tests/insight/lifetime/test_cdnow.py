"""The published figures of the CDNOW cohort: parameters, tracking, and the summary counted from raw purchases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.insight.cdnow import END, LEARNT_UNTIL, SAMPLE, cdnow_purchases, cdnow_summary
from insight.lifetime.bgnbd import fit_bgnbd
from insight.lifetime.gamma_gamma import fit_gamma_gamma
from insight.lifetime.purchases import summarise
from insight.lifetime.tracking import track


def test_parameters_are_those_of_the_papers(shared_data: Path) -> None:
    bought = cdnow_summary(shared_data)
    timing = fit_bgnbd(bought).model
    assert (round(timing.r, 3), round(timing.a, 3)) == (0.243, 0.793)
    assert timing.alpha == pytest.approx(4.414, abs=0.001)
    assert timing.b == pytest.approx(2.426, abs=0.001)
    spending = fit_gamma_gamma(bought.valued, bought.mean_value).model
    assert (round(spending.p, 2), round(spending.q, 2)) == (6.25, 3.74)
    assert spending.v == pytest.approx(15.44, abs=0.02)


def test_raw_purchases_give_the_published_summary(shared_data: Path) -> None:
    counted = summarise(cdnow_purchases(shared_data, SAMPLE), LEARNT_UNTIL)
    published = cdnow_summary(shared_data)
    assert np.array_equal(counted.frequency, published.frequency)
    assert np.allclose(counted.recency, published.recency, atol=0.01)
    assert np.allclose(counted.age, published.age, atol=0.01)


def test_repeat_purchases_to_week_78_are_foretold_within_five_percent(shared_data: Path) -> None:
    purchases = cdnow_purchases(shared_data, SAMPLE)
    model = fit_bgnbd(summarise(purchases, LEARNT_UNTIL)).model
    last = track(purchases, model, LEARNT_UNTIL, END)[-1]
    assert last.week == 78
    assert last.foretold
    assert last.expected == pytest.approx(last.actual, rel=0.05)
