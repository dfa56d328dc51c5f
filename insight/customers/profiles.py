"""Customer profiles: what is known of each, drawn from everything that was noticed of them up to one moment.

Point in time correct: `traces` cuts time, and what is drawn here sees nothing else. So a profile can be drawn up as it
stood before an outcome, which training must do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from core.customer import UNKNOWN, Consent, CustomerProfile
from core.habits import Mood
from insight.customers.habits import Habits, Shares, habits, shares
from insight.customers.histories import histories
from insight.customers.last_orders import Bought, bought_by
from insight.customers.moods import feelings, mood_history, moods
from insight.customers.rfm import Scores, name_segments, score, usual_gap
from insight.customers.standing import loyalty, satisfaction
from insight.customers.tastes import Tastes, tastes
from insight.customers.traces import Traces, read_traces

if TYPE_CHECKING:
    from insight.reading.readers import Readers
    from store.opening import Store

_NOTHING = Bought(0, Decimal(0), None, None, None)


@dataclass(frozen=True, slots=True)
class _Readings:
    """What was found out, each by customer id; customers of whom nothing is known are absent."""

    segments: Mapping[str, str]
    scores: Mapping[str, Scores]
    bought: Mapping[str, Bought]
    tastes: Tastes
    habits: Habits
    moods: Mapping[str, str]
    mood_history: Mapping[str, tuple[Mood, ...]]
    topics: Shares
    loyalty: Mapping[str, float]
    satisfaction: Mapping[str, float]


def build_profiles(store: Store, readers: Readers | None, as_of: datetime | None = None) -> list[CustomerProfile]:
    """A profile of every customer in `store`, in the order of their ids.

    `as_of` (aware): nothing later is seen. Without it everything is, undated orders and reviews too, and days are
    counted back from the shop's newest order. Without `readers`, sentiment comes from review stars and chats alone.
    """
    traces = read_traces(store, as_of)
    return list(draw_profiles(traces, readers, as_of or traces.newest()))


def draw_profiles(traces: Traces, readers: Readers | None, moment: datetime) -> Iterator[CustomerProfile]:
    """A profile of everybody in `traces`; days are counted back from `moment` (aware)."""
    moment = moment.astimezone(UTC)
    readings = _read(traces, readers, moment)
    for customer, language, created in traces.people.iter_rows():
        yield _profile(
            customer,
            language,
            _tenure(created, readings.habits.first_seen.get(customer), moment),
            moment,
            readings,
            traces,
        )


def _read(traces: Traces, readers: Readers | None, moment: datetime) -> _Readings:
    behaviour = traces.behaviour
    felt = feelings(traces.reviews, traces.turns, readers)
    drawn = histories(behaviour.lines, moment)
    scores, gap = score(drawn), usual_gap(drawn.values())
    intents = traces.turns.filter(pl.col("intent").is_not_null()).group_by("customer_id", name=pl.col("intent"))
    return _Readings(
        segments=name_segments(drawn, scores),
        scores=scores,
        bought=bought_by(behaviour.purchases()),
        tastes=tastes(behaviour, moment),
        habits=habits(behaviour),
        moods=moods(felt),
        mood_history=mood_history(felt),
        topics=shares(intents.agg(count=pl.len())),
        loyalty={customer: loyalty(history, gap) for customer, history in drawn.items()},
        satisfaction=satisfaction(felt, behaviour.lines, moment),
    )


def _profile(
    customer: str, language: str, tenure: int | None, moment: datetime, found: _Readings, traces: Traces
) -> CustomerProfile:
    bought, scores = found.bought.get(customer, _NOTHING), found.scores.get(customer)
    return CustomerProfile(
        customer_id=customer,
        language=language,
        segment=found.segments.get(customer, UNKNOWN),
        favourite_categories=found.tastes.categories.get(customer, ()),
        price_band=found.tastes.price_bands.get(customer, UNKNOWN),
        sentiment=found.moods.get(customer, UNKNOWN),
        order_count=bought.orders,
        total_spent=bought.spent,
        days_since_order=(moment - bought.last).days if bought.last else None,
        last_product_id=bought.product_id,
        last_product_name=bought.product_name,
        as_of=moment,
        tenure_days=tenure,
        rfm=(scores.recency, scores.frequency, scores.money) if scores else None,
        favourite_brands=found.tastes.brands.get(customer, ()),
        channels=found.habits.channels.get(customer, ()),
        dayparts=found.habits.dayparts.get(customer, ()),
        weekdays=found.habits.weekdays.get(customer, ()),
        moods=found.mood_history.get(customer, ()),
        topics=found.topics.get(customer, ()),
        loyalty=found.loyalty.get(customer),
        satisfaction=found.satisfaction.get(customer),
        consents=_in_force(traces.consents.get(customer, ())),
        cluster=traces.clusters.get(customer, UNKNOWN),
        predictions=traces.predictions.get(customer, ()),
    )


def _tenure(created: datetime | None, first_seen: datetime | None, moment: datetime) -> int | None:
    """Days since the first that is known of them; None where that is later than `moment`."""
    known = [at for at in (created, first_seen) if at is not None and at <= moment]
    return (moment - min(known)).days if known else None


def _in_force(said: tuple[Consent, ...]) -> tuple[Consent, ...]:
    """The latest of each channel, by channel."""
    latest = {consent.channel: consent for consent in sorted(said, key=lambda consent: consent.at)}
    return tuple(latest[channel] for channel in sorted(latest))
