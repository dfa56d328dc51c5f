"""Questions about a shop's customers: rows never see what came later, one customer scores as among all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from core.errors import UserError
from insight.behaviour.records import Behaviour
from insight.predicting.questions import churn_days, churn_task, purchase_task, trade_of
from insight.predicting.snapshots import TIME, WORDS, known_of, ordered_between, training_rows
from tests.insight.predicting.shops import demo_behaviour, learned_churn


def test_what_a_row_knows_does_not_change_with_what_came_later() -> None:
    behaviour = demo_behaviour()
    moment = trade_of(behaviour).last - timedelta(days=120)
    assert_frame_equal(known_of(behaviour, moment), known_of(behaviour.until(moment), moment))


def test_the_answer_is_an_order_after_the_moment_and_within_the_days() -> None:
    behaviour = demo_behaviour()
    moment, days = trade_of(behaviour).last - timedelta(days=120), timedelta(days=30)
    rows = training_rows(behaviour, [moment], days, "buys", ordered_between, buyers=False)
    bought = behaviour.purchases().filter(pl.col("at").is_between(moment, moment + days, closed="right"))
    came = set(bought.collect()["customer_id"])
    assert set(rows.filter("buys")["customer_id"]) == came & set(rows["customer_id"])
    assert rows[TIME].unique().to_list() == [moment]


def test_one_customer_alone_is_told_as_among_all() -> None:
    behaviour, now = demo_behaviour(), datetime(2026, 11, 1, tzinfo=UTC)
    everyone = known_of(behaviour, now)
    for customer in everyone["customer_id"].sample(5, seed=1):
        own = pl.col("customer_id") == customer
        alone = Behaviour(behaviour.lines.filter(own), behaviour.events.filter(own), behaviour.products)
        assert_frame_equal(known_of(alone, now), everyone.filter(own))


def test_silence_makes_churn_likelier() -> None:
    model, behaviour = learned_churn().model, demo_behaviour()
    now = trade_of(behaviour).last
    then = known_of(behaviour, now).filter(pl.col("orders") > 0)
    later = known_of(behaviour, now + timedelta(days=120)).filter(pl.col("orders") > 0)
    assert model.probabilities(later).mean() > model.probabilities(then).mean() + 0.1


def test_words_are_said_of_every_column() -> None:
    assert list(WORDS) == known_of(demo_behaviour(), datetime(2026, 1, 1, tzinfo=UTC)).columns[1:]


def test_the_horizon_is_the_shops_own() -> None:
    days = churn_days(demo_behaviour())
    assert days % 30 == 0
    assert 60 <= days <= 180


def test_a_small_shop_is_refused_with_what_is_there_and_what_is_needed() -> None:
    for ask in (lambda: purchase_task(demo_behaviour(), 30), lambda: churn_task(demo_behaviour())):
        with pytest.raises(UserError, match=r"\d+ buyers, \d+ days .* expected at least 500 buyers"):
            ask()
