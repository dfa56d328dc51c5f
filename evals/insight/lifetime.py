"""BG/NBD and Gamma-Gamma on CDNOW: the published parameters, the curve to week 78, and customers beside baselines.

    HAWKER_DATA=... python -m evals.insight.lifetime --out FOLDER

Learnt from weeks 1 to 39, judged on weeks 40 to 78. Baselines: each customer's own mean rate, the shop's mean rate, and
a standardised linear regression on recency, frequency, age and value, learnt from the first half of the same weeks.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.plain import plain
from evals.insight.cdnow import END, EVERYONE, LEARNT_UNTIL, SAMPLE, cdnow_purchases, cdnow_summary
from evals.insight.lifetime_demo import SEEDS, DemoResult, judge_demo
from evals.insight.lifetime_forecasts import Judged, judge_money, judge_orders
from evals.insight.running import run_eval
from insight.lifetime.backtest import orders_between
from insight.lifetime.bgnbd import BgNbd, fit_bgnbd
from insight.lifetime.gamma_gamma import fit_gamma_gamma
from insight.lifetime.likelihood import Maximum
from insight.lifetime.model import LifetimeModel, typical_buyer
from insight.lifetime.next_order import next_order
from insight.lifetime.purchases import PurchaseSummary, summarise
from insight.lifetime.tracking import TrackedWeek, track

Floats = NDArray[np.float64]
Published = Mapping[str, float | None]
TIMING: Published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
SPENDING: Published = {"p": 6.25, "q": 3.74, "v": 15.44}
UNKNOWN: Published = dict.fromkeys(TIMING)
MANY = 100_000


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    value: float
    low: float
    high: float
    published: float | None


@dataclass(frozen=True, slots=True)
class CohortReport:
    name: str
    customers: int
    timing: tuple[Parameter, ...]
    modified: tuple[Parameter, ...]
    likelihood_gain: float
    """log-likelihood of the modified form less that of the published one"""
    week_78: TrackedWeek
    week_78_modified: TrackedWeek
    due: dict[str, float]
    """share of customers whose next order came within the weeks 4, 13 and 39, foretold and actual"""
    judged: tuple[Judged, ...]
    tracking: tuple[TrackedWeek, ...]


@dataclass(frozen=True, slots=True)
class LifetimeReport:
    published_table: tuple[Parameter, ...]
    """fitted to the published summary, as the papers did"""
    cohorts: tuple[CohortReport, ...]
    demo: tuple[DemoResult, ...]
    fit_seconds: float
    """of BG/NBD on the summary"""
    predict_seconds: float
    """value, chance of being alive and next order of 100,000 customers"""

    @property
    def met(self) -> bool:
        known = [one for one in self.published_table if one.published is not None]
        near = all(abs(one.value - (one.published or 0)) <= 0.0011 for one in known)
        last = self.cohorts[0].week_78
        return near and abs(last.expected / last.actual - 1) <= 0.05

    def to_json(self) -> str:
        return json.dumps(plain(self), indent=1)

    def to_markdown(self) -> str:
        from evals.insight.lifetime_tables import lifetime_markdown

        return lifetime_markdown(self)


def run(data: Path) -> LifetimeReport:
    """Both cohorts: the tenth that the papers use, and everyone."""
    summary = cdnow_summary(data)
    began = time.perf_counter()
    timing = fit_bgnbd(summary)
    fitted = time.perf_counter() - began
    spending = fit_gamma_gamma(summary.valued, summary.mean_value)
    table = (*_parameters(timing.maximum, TIMING), *_parameters(spending.maximum, SPENDING))
    cohorts = tuple(
        judge_cohort(name, cdnow_purchases(data, file))
        for name, file in (("tenth (the papers')", SAMPLE), ("everyone", EVERYONE))
    )
    demo = tuple(judge_demo(seed) for seed in SEEDS)
    return LifetimeReport(table, cohorts, demo, fitted, _speed(timing.model, summary))


def judge_cohort(name: str, purchases: pl.LazyFrame) -> CohortReport:
    """Learn from `purchases` until week 39 and judge on the rest."""
    bought = summarise(purchases, LEARNT_UNTIL)
    published, modified = fit_bgnbd(bought), fit_bgnbd(bought, modified=True)
    tracked = track(purchases, published.model, LEARNT_UNTIL, END)
    return CohortReport(
        name=name,
        customers=len(bought),
        timing=_parameters(published.maximum, UNKNOWN),
        modified=_parameters(modified.maximum, UNKNOWN),
        likelihood_gain=modified.maximum.log_likelihood - published.maximum.log_likelihood,
        week_78=tracked[-1],
        week_78_modified=track(purchases, modified.model, LEARNT_UNTIL, END)[-1],
        due=_due(purchases, published.model, bought),
        judged=(judge_orders(purchases, bought, published, modified), judge_money(purchases, bought, published)),
        tracking=tracked,
    )


def _parameters(found: Maximum, published: Published) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(name, float(value), float(low), float(high), published[name])
        for name, value, low, high in zip(published, found.parameters, found.low, found.high, strict=True)
    )


def _due(purchases: pl.LazyFrame, model: BgNbd, bought: PurchaseSummary) -> dict[str, float]:
    coming, shares = next_order(model, bought), {}
    for weeks in (4, 13, 39):
        end: date = LEARNT_UNTIL + timedelta(days=7 * weeks)
        shares[f"{weeks} foretold"] = float(coming.within(weeks).mean())
        came = orders_between(purchases, bought.customers, LEARNT_UNTIL, end) > 0
        shares[f"{weeks} actual"] = float(came.mean())
    return shares


def _speed(model: BgNbd, summary: PurchaseSummary) -> float:
    """Seconds for 100,000 customers drawn from the summary."""
    many = summary.take(np.random.default_rng(0).integers(0, len(summary), MANY))
    spending = fit_gamma_gamma(summary.valued, summary.mean_value).model
    lifetime = LifetimeModel(model, spending, typical_buyer(summary), LEARNT_UNTIL, "USD")
    began = time.perf_counter()
    lifetime.value(many, 365, 0.1)
    coming = next_order(model, many)
    for share in (0.1, 0.5, 0.9):
        coming.by(share)
    return time.perf_counter() - began


def main(arguments: Sequence[str] | None = None) -> int:
    return run_eval("lifetime", "Lifetime value on CDNOW.", run, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
