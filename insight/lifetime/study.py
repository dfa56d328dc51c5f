"""From a shop's purchases to its lifetime model: what there must be, which form fits, and how it did on unseen time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from core.errors import UserError
from insight.lifetime.backtest import Backtest, judge, orders_between, own_rate, shop_rate
from insight.lifetime.bgnbd import BgNbdFit, fit_bgnbd
from insight.lifetime.foretelling import expected_orders
from insight.lifetime.gamma_gamma import GammaGammaFit, fit_gamma_gamma
from insight.lifetime.model import LifetimeModel, typical_buyer
from insight.lifetime.purchases import WEEK, PurchaseSummary, summarise
from insight.lifetime.tracking import TrackedWeek, track

BUYERS, DAYS, RETURNED = 500, 180, 100
"""what there must be: customers with an order, days of records, and customers who came back"""
CLEARLY = 2.0
"""log-likelihood by which the modified form must win; below that, the published one stands (equally many parameters)"""
LEAST_TO_TRY = 200
"""buyers before the held-out time; with fewer, there is no trial"""


@dataclass(frozen=True, slots=True, eq=False)
class LifetimeStudy:
    """A model with all that its card tells."""

    model: LifetimeModel
    timing: BgNbdFit
    passed_over: BgNbdFit
    """the form of BG/NBD that was not taken"""
    spending: GammaGammaFit
    bought: PurchaseSummary
    first_day: date
    correlation: float
    """of log order value with log number of orders, over those who came back: Gamma-Gamma takes it for 0"""
    backtest: Backtest | None
    """None where the earlier time alone would be too thin"""
    tracked: tuple[TrackedWeek, ...]
    """by the trial's model where there was a trial, so that its later weeks are foretold"""


def study_lifetime(purchases: pl.LazyFrame, as_of: date, currency: str = "") -> LifetimeStudy:
    """Fit and try a model on `purchases` (customer_id, day, value; a row a day) until `as_of`.

    Raises `UserError` where they are too thin to learn from.
    """
    known = purchases.filter(pl.col("day") <= as_of).collect()
    bought = summarise(known.lazy(), as_of)
    first_day = _first_day(known, as_of)
    _refuse_thin(bought, (as_of - first_day).days)
    timing, passed_over = fit_timing(bought)
    spending = fit_gamma_gamma(bought.valued, bought.mean_value)
    if spending.model.q <= 1:
        shown = f"q {spending.model.q:.2f}"
        raise UserError("order values", shown, "values with a mean (q above 1)", "mend the largest")
    cut = as_of - (as_of - first_day) / 3
    trial = _trial(known.lazy(), cut)
    model = LifetimeModel(timing.model, spending.model, typical_buyer(bought), as_of, currency)
    return LifetimeStudy(
        model=model,
        timing=timing,
        passed_over=passed_over,
        spending=spending,
        bought=bought,
        first_day=first_day,
        correlation=_correlation(bought),
        backtest=None if trial is None else _backtest(known.lazy(), trial, cut, as_of),
        tracked=track(known.lazy(), (trial or timing).model, cut if trial else as_of, as_of),
    )


def fit_timing(bought: PurchaseSummary) -> tuple[BgNbdFit, BgNbdFit]:
    """The form of BG/NBD that fits `bought`, and the other."""
    plain, modified = fit_bgnbd(bought), fit_bgnbd(bought, modified=True)
    if modified.maximum.log_likelihood > plain.maximum.log_likelihood + CLEARLY:
        return modified, plain
    return plain, modified


def _first_day(known: pl.DataFrame, as_of: date) -> date:
    first = known["day"].min()
    return first if isinstance(first, date) else as_of


def _refuse_thin(bought: PurchaseSummary, days: int) -> None:
    back = int((bought.frequency > 0).sum())
    found = f"{len(bought)} buyers, {back} of them more than once, over {days} days"
    if len(bought) < BUYERS or back < RETURNED or days < DAYS:
        wanted = f"at least {BUYERS} buyers, {RETURNED} of them more than once, over {DAYS} days"
        raise UserError("orders", found, wanted, "load more of the shop's orders, or wait")
    if (bought.valued > 0).sum() < RETURNED:
        raise UserError("order values", int((bought.valued > 0).sum()), f"{RETURNED} buyers with one", "load totals")


def _trial(purchases: pl.LazyFrame, cut: date) -> BgNbdFit | None:
    earlier = summarise(purchases, cut)
    if len(earlier) < LEAST_TO_TRY or (earlier.frequency > 0).sum() < RETURNED:
        return None
    return fit_timing(earlier)[0]


def _backtest(purchases: pl.LazyFrame, trial: BgNbdFit, cut: date, end: date) -> Backtest:
    earlier, days = summarise(purchases, cut), (end - cut) / timedelta(days=1)
    actual = orders_between(purchases, earlier.customers, cut, end)
    forecasts = (
        judge("this model", expected_orders(trial.model, earlier, days / WEEK), actual),
        judge("own mean rate", own_rate(earlier, days), actual),
        judge("the shop's mean rate", shop_rate(earlier, days), actual),
    )
    return Backtest(cut, end, len(earlier), int(actual.sum()), forecasts)


def _correlation(bought: PurchaseSummary) -> float:
    """On logarithms, so that one great order does not decide it."""
    back = (bought.frequency > 0) & (bought.mean_value > 0)
    if back.sum() < 2:
        return 0.0
    orders, value = np.log(bought.frequency[back]), np.log(bought.mean_value[back])
    return float(np.corrcoef(orders, value)[0, 1]) if orders.std() > 0 and value.std() > 0 else 0.0
