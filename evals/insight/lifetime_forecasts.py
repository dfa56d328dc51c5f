"""Orders and money of CDNOW's weeks 40 to 78, foretold customer by customer: ours beside the baselines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from evals.against_chance import Estimate, estimate
from evals.insight.cdnow import END, LEARNT_UNTIL
from insight.lifetime.backtest import Forecast, judge, money_between, orders_between, own_rate, shop_rate
from insight.lifetime.bgnbd import BgNbdFit
from insight.lifetime.foretelling import expected_orders
from insight.lifetime.gamma_gamma import fit_gamma_gamma
from insight.lifetime.model import LifetimeModel, typical_buyer
from insight.lifetime.purchases import WEEK, PurchaseSummary, summarise

Floats = NDArray[np.float64]
Counting = Callable[[pl.LazyFrame, NDArray[np.str_], date, date], Floats]
"""`orders_between` or `money_between`"""
DAYS = (END - LEARNT_UNTIL).days
HALFWAY = LEARNT_UNTIL - timedelta(days=136)
"""half of the days to learn from: where the regression's features end and its target begins"""
TOLD = "linear regression told others' future"
"""no forecast: it learns weeks 40 to 78 from other customers, and says how much there is to know"""


@dataclass(frozen=True, slots=True)
class Judged:
    """All forecasts of one figure over weeks 40 to 78, ours first."""

    figure: str
    actual: float
    forecasts: tuple[Forecast, ...]
    gain: Estimate
    """how much smaller our squared error a customer is than the best baseline's, 95 % interval over customers"""


def judge_orders(purchases: pl.LazyFrame, bought: PurchaseSummary, published: BgNbdFit, modified: BgNbdFit) -> Judged:
    actual = orders_between(purchases, bought.customers, LEARNT_UNTIL, END)
    foretold = {
        "BG/NBD": expected_orders(published.model, bought, DAYS / WEEK),
        "MBG/NBD": expected_orders(modified.model, bought, DAYS / WEEK),
        "own mean rate": own_rate(bought, DAYS),
        "the shop's mean rate": shop_rate(bought, DAYS),
        "linear regression on RFM": _regression(purchases, bought, orders_between),
        TOLD: _told_regression(bought, actual),
    }
    return _judged("orders", foretold, actual)


def judge_money(purchases: pl.LazyFrame, bought: PurchaseSummary, timing: BgNbdFit) -> Judged:
    actual = money_between(purchases, bought.customers, LEARNT_UNTIL, END)
    spending = fit_gamma_gamma(bought.valued, bought.mean_value).model
    model = LifetimeModel(timing.model, spending, typical_buyer(bought), LEARNT_UNTIL, "USD")
    mean = float((bought.valued * bought.mean_value).sum() / bought.valued.sum())
    foretold = {
        "BG/NBD x Gamma-Gamma": model.value(bought, DAYS),
        "BG/NBD x own mean value": expected_orders(timing.model, bought, DAYS / WEEK) * bought.mean_value,
        "own mean rate x own mean value": own_rate(bought, DAYS) * bought.mean_value,
        "the shop's mean rate x mean value": shop_rate(bought, DAYS) * mean,
        "linear regression on RFM": _regression(purchases, bought, money_between),
        TOLD: _told_regression(bought, actual),
    }
    return _judged("money", foretold, actual)


def _judged(figure: str, foretold: dict[str, Floats], actual: Floats) -> Judged:
    forecasts = tuple(judge(name, values, actual) for name, values in foretold.items())
    ours, *rest = foretold
    best = min(
        (one for one in forecasts if one.name in rest and "BG/NBD" not in one.name and one.name != TOLD), key=_squared
    ).name
    gain = (foretold[best] - actual) ** 2 - (foretold[ours] - actual) ** 2
    return Judged(figure, float(actual.sum()), forecasts, estimate(gain))


def _squared(one: Forecast) -> float:
    return one.squared_error


def _regression(purchases: pl.LazyFrame, bought: PurchaseSummary, target: Counting) -> Floats:
    """Learnt at week 19 of weeks 20 to 39, applied at week 39; its target is stretched to as many days as are asked."""
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    earlier = summarise(purchases, HALFWAY)
    seen = target(purchases, earlier.customers, HALFWAY, LEARNT_UNTIL) * DAYS / (LEARNT_UNTIL - HALFWAY).days
    fitted = make_pipeline(StandardScaler(), LinearRegression()).fit(_rfm(earlier), seen)
    return np.asarray(fitted.predict(_rfm(bought)), np.float64)


def _told_regression(bought: PurchaseSummary, actual: Floats) -> Floats:
    """Ten folds of customers; each is foretold from the true weeks 40 to 78 of the others."""
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    folds = KFold(10, shuffle=True, random_state=0)
    model = make_pipeline(StandardScaler(), LinearRegression())
    return np.asarray(cross_val_predict(model, _rfm(bought), actual, cv=folds), np.float64)


def _rfm(bought: PurchaseSummary) -> Floats:
    return np.column_stack([bought.age - bought.recency, bought.frequency, bought.mean_value])
