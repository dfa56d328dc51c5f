"""A shop's model as a whole: refused where thin, tried on later time, kept and read back, its reasons adding up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from core.customer import Customer, Order, OrderLine
from core.errors import CorruptWeights, NotFound, UserError
from insight.behaviour.records import read_behaviour
from insight.lifetime.backtest import money_between
from insight.lifetime.chance import value_interval
from insight.lifetime.keeping import load_lifetime, save_lifetime
from insight.lifetime.outlook import look_out
from insight.lifetime.predictions import predict
from insight.lifetime.purchases import purchases_of, summarise
from insight.lifetime.study import LifetimeStudy, study_lifetime
from store.opening import Store

START, END = date(2025, 1, 1), date(2026, 1, 1)


def shop(customers: int, days: int = 365, seed: int = 1) -> pl.LazyFrame:
    """Purchases of customers who come over time, at their own rates, and leave after a purchase one time in five."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, date, float]] = []
    for number in range(customers):
        at, every, worth = rng.uniform(0, days * 0.7), rng.gamma(3, 12), rng.lognormal(3.5, 0.4)
        while at < days:
            rows.append((f"c{number:04d}", END - timedelta(days=days - int(at)), round(worth * rng.gamma(4) / 4, 2)))
            at = np.inf if rng.random() < 0.2 else at + rng.exponential(every)
    frame = pl.DataFrame(rows, schema=["customer_id", "day", "value"], orient="row")
    return frame.group_by("customer_id", "day", maintain_order=True).agg(pl.col("value").sum()).lazy()


@pytest.fixture(scope="module")
def study() -> LifetimeStudy:
    return study_lifetime(shop(900), END, "EUR")


def test_orders_of_a_day_are_one_purchase_and_cancelled_ones_none(store: Store) -> None:
    store.customers.put([Customer("ann")])
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    tent = OrderLine("TENT", "Tent", 2, Decimal("45.50"))
    store.orders.put(
        [
            Order("o1", "ann", (tent,), "delivered", noon, Decimal("95")),
            Order("o2", "ann", (tent,), "delivered", noon + timedelta(hours=1)),
            Order("o3", "ann", (tent,), "cancelled", noon + timedelta(days=3)),
            Order("o4", "ann", (tent, tent), "delivered", noon + timedelta(days=14)),
        ]
    )
    purchases = purchases_of(read_behaviour(store))
    assert purchases.sort("day").collect()["value"].to_list() == [186.0, 182.0]
    counted = summarise(purchases, noon + timedelta(days=21))
    assert (counted.frequency[0], counted.recency[0], counted.age[0]) == (1, 2, 3)
    assert summarise(purchases, noon).frequency[0] == 0


@pytest.mark.parametrize(("customers", "days"), [(300, 365), (900, 120)])
def test_too_little_is_refused_with_what_there_is(customers: int, days: int) -> None:
    with pytest.raises(UserError, match=rf"buyers.* over {days - 1}|{customers} buyers"):
        study_lifetime(shop(customers, days), END - timedelta(days=1))


def test_it_is_tried_on_time_that_it_has_not_seen(study: LifetimeStudy) -> None:
    trial = study.backtest
    assert trial is not None
    ours, own, _ = trial.forecasts
    assert abs(trial.off_by) < 0.1
    assert ours.absolute_error < own.absolute_error
    assert study.tracked[-1].foretold
    assert not study.tracked[0].foretold


def test_what_came_later_changes_nothing() -> None:
    later = shop(900)
    earlier = later.filter(pl.col("day") <= date(2025, 10, 1))
    assert study_lifetime(later, date(2025, 10, 1)).model == study_lifetime(earlier, date(2025, 10, 1)).model


def test_reasons_add_up_to_the_difference_from_the_typical_buyer(study: LifetimeStudy) -> None:
    some = study.bought.take(np.arange(40))
    for value, alive, coming in predict(study.model, some, 90):
        assert (value.name, alive.name, coming.name) == ("value-90d", "alive", "next-order")
        assert value.low is not None
        assert value.high is not None
        assert 0 <= value.low <= value.high
        assert value.unit == "EUR"
        assert 0 <= alive.value <= 1
    values = [told[0] for told in predict(study.model, some, 90)]
    typical = {round(one.value - sum(reason.effect for reason in one.reasons), 6) for one in values}
    assert len(typical) == 1


def test_intervals_hold_what_they_say() -> None:
    purchases = shop(2500, seed=6)
    cut = END - timedelta(days=120)
    model = study_lifetime(purchases, cut).model
    earlier = summarise(purchases, cut)
    low, high = value_interval(model, earlier, 120)
    spent = money_between(purchases, earlier.customers, cut, END)
    held = ((low <= spent) & (spent <= high)).mean()
    assert 0.78 < held < 0.97  # more than 0.8: many have a chance above 0.1 of nothing, and the low end is 0


def test_outlook_sums_up_and_ranks(study: LifetimeStudy) -> None:
    outlook = look_out(study.model, study.bought, 365, 0.1)
    assert sum(tenth.value for tenth in outlook.tenths) == pytest.approx(outlook.value)
    assert [tenth.value for tenth in outlook.tenths] == sorted((tenth.value for tenth in outlook.tenths), reverse=True)
    assert outlook.value < study.model.value(study.bought, 365).sum()


def test_kept_and_read_back(study: LifetimeStudy, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="hawker insight lifetime"):
        load_lifetime(tmp_path)
    save_lifetime(study, tmp_path)
    assert load_lifetime(tmp_path) == study.model
    assert "Gamma-Gamma" in (tmp_path / "card.md").read_text(encoding="utf-8")
    (tmp_path / "model.json").write_text((tmp_path / "model.json").read_text().replace("EUR", "USD"))
    with pytest.raises(CorruptWeights):
        load_lifetime(tmp_path)
