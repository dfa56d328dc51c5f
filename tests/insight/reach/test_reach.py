"""Planted habits are found; consent, quiet hours, the cap and costs are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from insight.behaviour.records import PRODUCT_SCHEMA, Behaviour
from insight.reach.recommending import CAPPED, NO_CONSENT, NOT_WORTH, Policy, Reach, recommend_reach
from insight.reach.responses import contacts
from insight.reach.shrinking import prior_weight, shrunk
from insight.segmenting.rules.answering import People
from insight.segmenting.rules.asking import ABOUT, CONSENTS
from tests.insight.segmenting.toy import EVENTS, LINES

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MANY = [f"other-{number:02d}" for number in range(40)]


def shop(log: bool = True) -> tuple[Behaviour, People]:
    """ann answers e-mail at 9, bob texts at 19; others one in four of either; cy agreed to nothing; new is new."""
    rng, events = np.random.default_rng(0), []
    for customer in ("ann", "bob", *MANY):
        for week in range(1, 21):
            for channel in ("email", "sms"):
                sent = NOW - timedelta(days=7 * week + 3, hours=6 if channel == "email" else 5)
                chance = {"ann": channel == "email", "bob": channel == "sms"}.get(customer, 0.25)
                if log:
                    events.append((customer, "sent", sent, None, None, channel))
                if rng.random() < chance:
                    hour = {"ann": 9, "bob": 19}.get(customer, int(rng.integers(8, 21)))
                    at = sent.replace(hour=0) + timedelta(days=1, hours=hour)
                    events.append((customer, "open", at, None, None, channel))
    people = ["ann", "bob", "cy", "new", *MANY]
    agreed = [(one, by, one != "cy", NOW - timedelta(days=400)) for one in people for by in ("email", "sms")]
    about = pl.DataFrame([(one, "en", "loyal", None) for one in people], ABOUT, orient="row")
    table = pl.DataFrame(events, EVENTS, orient="row").lazy()
    behaviour = Behaviour(pl.LazyFrame(schema=LINES), table, pl.DataFrame(schema=PRODUCT_SCHEMA))
    return behaviour, People(about, pl.DataFrame(agreed, CONSENTS, orient="row"))


def reached(policy: Policy, now: datetime = NOW) -> dict[str, Reach]:
    return {one.customer_id: one for one in recommend_reach(*shop(), policy, now)}


def test_planted_channels_and_hours_are_found() -> None:
    found = reached(Policy())
    assert (found["ann"].channel, found["ann"].hour) == ("email", 9)
    assert (found["bob"].channel, found["bob"].hour) == ("sms", 19)
    assert found["ann"].response is not None
    assert 0.5 < found["ann"].response.low < found["ann"].response.mean < found["ann"].response.high <= 1
    assert "20 of their own" in found["ann"].why
    assert [one.channel for one in found["ann"].alternatives] == ["sms"]


def test_who_is_new_is_taken_for_one_of_the_segment() -> None:
    rate = reached(Policy())["new"].response
    assert rate is not None
    assert (rate.trials, 0.15 < rate.mean < 0.4) == (0, True)


def test_hours_are_on_the_shops_clock_and_never_quiet() -> None:
    assert reached(Policy(zone=ZoneInfo("Asia/Shanghai")))["ann"].hour == 17
    quiet = reached(Policy(quiet=(18, 8)))
    assert all(one.hour is None or 8 <= one.hour < 18 for one in quiet.values())


def test_consent_cap_and_cost_forbid() -> None:
    assert (reached(Policy())["cy"].channel, reached(Policy())["cy"].why) == (None, NO_CONSENT)
    after = NOW - timedelta(days=9)
    assert reached(Policy(most_a_week=2), after)["ann"].why == CAPPED
    assert {one.why for one in reached(Policy(costs={"email": 2.0, "sms": 2.0})).values()} == {NO_CONSENT, NOT_WORTH}
    dear = reached(Policy(costs={"sms": 0.99, "email": 0.0}))
    assert dear["bob"].channel == "email"


def test_what_was_not_logged_is_inferred_from_the_days_of_response() -> None:
    logged, people = shop()
    unlogged, _ = shop(log=False)
    told, guessed = (
        contacts(one, people.consents).filter(customer_id="ann", channel="email") for one in (logged, unlogged)
    )
    assert told["answered"].mean() == 1.0
    assert abs(guessed.height - told.height) <= 1
    assert guessed["answered"].mean() > 0.9


def test_the_prior_weighs_more_where_customers_are_alike() -> None:
    rng, trials = np.random.default_rng(0), np.full(500, 30.0)
    alike = rng.binomial(30, 0.3, 500).astype(float)
    apart = rng.binomial(30, rng.beta(1, 2, 500)).astype(float)
    assert prior_weight(alike, trials) > 50 > 10 > prior_weight(apart, trials)
    assert prior_weight(apart, trials) == pytest.approx(3, abs=1)
    assert shrunk(0, 0, 0.3, 10).mean == pytest.approx(0.3)
    assert shrunk(5, 10, 0.3, 10).mean == pytest.approx(0.4)


def test_nothing_later_is_seen() -> None:
    behaviour, people = shop()
    then = NOW - timedelta(days=60)
    whole = recommend_reach(behaviour, people, Policy(), then)
    assert whole == recommend_reach(behaviour.until(then), people, Policy(), then)
