"""For each customer the channel and the hour at which a contact is worth most, or why there is none.

Worth is the expected response times what a response is worth, less the contact's cost. Consent, quiet hours and the
frequency cap are no weights: what they forbid is not considered. Hours are by when a customer responds and visits, on
the shop's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.customer import UNKNOWN
from insight.behaviour.records import Behaviour
from insight.reach.responses import SENT, contacts, local_hours
from insight.reach.shrinking import Rate, drawn, prior_weight, shrunk
from insight.segmenting.rules.answering import People

UTC = ZoneInfo("UTC")
HOUR_WEIGHT = 12.0
"""moments of the whole shop that a customer's own are added to: a dozen say when somebody is there"""
NEAR = 1
"""hours to both sides that count half: nobody keeps to the clock"""
NO_CONSENT, CAPPED, NOT_WORTH = "no consent to any channel", "was written to often enough lately", "would cost more"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the shop allows and what contacts cost, in its own money."""

    zone: ZoneInfo = UTC
    quiet: tuple[int, int] = (21, 8)
    """from this hour until that one, on the shop's clock, nobody is contacted"""
    most_a_week: int = 3
    response_worth: float = 1.0
    costs: Mapping[str, float] | None = None
    """channel -> money per contact; what is not named costs nothing"""

    def open_hours(self) -> list[int]:
        """The hours at which somebody may be contacted."""
        first, last = self.quiet
        quiet = {(first + step) % 24 for step in range((last - first) % 24)}
        return [hour for hour in range(24) if hour not in quiet]


@dataclass(frozen=True, slots=True)
class Option:
    """One channel for one customer."""

    channel: str
    response: Rate
    worth: float
    """expected, per contact, less its cost"""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where and when to meet one customer."""

    customer_id: str
    channel: str | None
    """None: not at all, for the reason in `why`"""
    hour: int | None
    """0..23 on the shop's clock"""
    response: Rate | None
    why: str
    alternatives: tuple[Option, ...] = ()
    """the other channels agreed to, the best first"""


def recommend_reach(behaviour: Behaviour, people: People, policy: Policy, as_of: datetime) -> list[Reach]:
    """For everyone in `people`, in its order, from what was known at `as_of` (aware)."""
    seen = behaviour.until(as_of)
    consents = people.consents.filter(pl.col("at") <= as_of)
    made = contacts(seen, consents)
    rates, hours = _Rates(made, people.about), _hours(seen, policy.zone)
    recent = _recent(seen, as_of)
    agreed = _agreed(consents)
    open_hours = policy.open_hours()
    reached = []
    for customer, segment in people.about.select("customer_id", "segment").iter_rows():
        channels = agreed.get(customer, [])
        if not channels or recent.get(customer, 0) >= policy.most_a_week or not open_hours:
            reached.append(Reach(customer, None, None, None, CAPPED if channels else NO_CONSENT))
            continue
        options = sorted(
            (_option(rates.of(customer, segment or UNKNOWN, channel), channel, policy) for channel in channels),
            # What was never tried has no rate of its own; it is taken where nothing else is agreed to.
            key=lambda option: (not rates.tried(option.channel), -option.worth, option.channel),
        )
        reached.append(_chosen(customer, options, hours, open_hours))
    return reached


def _chosen(customer: str, options: list[Option], hours: _Hours, open_hours: list[int]) -> Reach:
    best = options[0]
    if best.worth <= 0:
        return Reach(customer, None, None, best.response, NOT_WORTH, tuple(options))
    hour, share, own = hours.best(customer, open_hours)
    trials = best.response.trials
    why = f"answers {best.response.mean:.0%} of contacts on {best.channel} ({trials} of their own); "
    why += f"{share:.0%} of what they do is around {hour}:00 ({own} moments of their own)"
    return Reach(customer, best.channel, hour, best.response, why, tuple(options[1:]))


def _option(rate: Rate, channel: str, policy: Policy) -> Option:
    return Option(channel, rate, rate.mean * policy.response_worth - (policy.costs or {}).get(channel, 0.0))


class _Rates:
    """Response rates by channel: the shop's, each segment's drawn towards it, each customer's drawn towards that."""

    def __init__(self, made: pl.DataFrame, about: pl.DataFrame) -> None:
        joined = made.join(
            about.select("customer_id", pl.col("segment").fill_null(UNKNOWN)), on="customer_id", how="left"
        )
        count = [pl.col("answered").sum().alias("yes"), pl.len().alias("trials")]
        own = joined.group_by("channel", "customer_id").agg(count)
        group = joined.group_by("channel", "segment").agg(count)
        shop = joined.group_by("channel").agg(count)
        self._own = {(by, one): (yes, trials) for by, one, yes, trials in own.iter_rows()}
        self._segment = {(by, one): (yes, trials) for by, one, yes, trials in group.iter_rows()}
        self._shop = {by: (yes, trials) for by, yes, trials in shop.iter_rows()}
        self._weight = {
            str(channel): prior_weight(part["yes"].to_numpy().astype(float), part["trials"].to_numpy().astype(float))
            for (channel,), part in own.group_by("channel", maintain_order=True)
        }

    def tried(self, channel: str) -> bool:
        """Whether anybody was ever contacted there."""
        return channel in self._shop

    def of(self, customer: str, segment: str, channel: str) -> Rate:
        whole = sum(row[0] for row in self._shop.values()) / max(sum(row[1] for row in self._shop.values()), 1)
        weight = self._weight.get(channel, 20.0)
        shop = drawn(*self._shop.get(channel, (0, 0)), whole, weight)
        group = drawn(*self._segment.get((channel, segment), (0, 0)), shop, weight)
        return shrunk(*self._own.get((channel, customer), (0, 0)), group, weight)


@dataclass(frozen=True, slots=True)
class _Hours:
    own: Mapping[str, NDArray[np.float64]]
    shop: NDArray[np.float64]
    """(24,) shares"""

    def best(self, customer: str, open_hours: list[int]) -> tuple[int, float, int]:
        """The hour, the share of moments around it, and how many moments are the customer's own."""
        own = self.own.get(customer, np.zeros(24))
        share = (own + HOUR_WEIGHT * self.shop) / (own.sum() + HOUR_WEIGHT)
        around = share + sum(0.5 * (np.roll(share, step) + np.roll(share, -step)) for step in range(1, NEAR + 1))
        hour = max(open_hours, key=lambda hour: (around[hour], -hour))
        near = sum(share[(hour + step) % 24] for step in range(-NEAR, NEAR + 1))
        return hour, float(near), int(own.sum())


def _hours(behaviour: Behaviour, zone: ZoneInfo) -> _Hours:
    moments = behaviour.events.filter(pl.col("kind") != SENT).select(
        "customer_id", hour=local_hours(pl.col("at"), zone), day=pl.col("at").dt.date()
    )
    own: dict[str, NDArray[np.float64]] = {}
    for customer, hour in moments.unique().select("customer_id", "hour").sort("customer_id").collect().iter_rows():
        own.setdefault(customer, np.zeros(24))[hour] += 1
    whole = sum(own.values(), np.zeros(24))
    return _Hours(own, whole / whole.sum() if whole.sum() else np.full(24, 1 / 24))


def _recent(behaviour: Behaviour, as_of: datetime) -> dict[str, int]:
    sent = behaviour.events.filter(pl.col("kind") == SENT, pl.col("at") > as_of - timedelta(days=7))
    return dict(sent.group_by("customer_id").len().collect().iter_rows())


def _agreed(consents: pl.DataFrame) -> dict[str, list[str]]:
    last = consents.sort("at").group_by("customer_id", "channel").agg(pl.col("granted").last()).filter("granted")
    found: dict[str, list[str]] = {}
    for customer, channel in last.select("customer_id", "channel").sort("customer_id", "channel").iter_rows():
        found.setdefault(customer, []).append(channel)
    return found
