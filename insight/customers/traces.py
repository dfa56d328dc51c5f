"""Everything that profiles are drawn from, up to a moment. This is the place where a profile's time is cut.

With a moment given, nothing that happened later is here, and nothing without a date is either, for it may have been
later. Not dated, and so always today's: the catalogue, a customer's language, and whether an order came back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from core.customer import Consent, Review
from core.prediction import Prediction
from insight.behaviour.records import Behaviour, read_behaviour

if TYPE_CHECKING:
    from store.opening import Store

PEOPLE_SCHEMA: dict[str, Any] = {"customer_id": pl.String, "language": pl.String, "created": pl.Datetime("us", "UTC")}


@dataclass(frozen=True, slots=True)
class Traces:
    """Mappings are by customer id; customers without an entry are absent from them."""

    people: pl.DataFrame
    """customer_id, language, created (UTC; null where not known, or later): a row for each profile to be drawn"""
    behaviour: Behaviour
    """lines with variant_id and name; those of undated orders, where they count, have a null `at`"""
    reviews: tuple[Review, ...]
    turns: pl.DataFrame
    """customer_id, at, intent, sentiment"""
    consents: Mapping[str, tuple[Consent, ...]]
    """all that were ever said"""
    predictions: Mapping[str, tuple[Prediction, ...]]
    """the latest of each name"""
    clusters: Mapping[str, str]

    def newest(self) -> datetime:
        """The date of the newest order: the clock of a shop whose records end. Now, where there is none."""
        found = self.behaviour.lines.select(pl.col("at").max()).collect().item()
        return found if isinstance(found, datetime) else datetime.now(UTC)


def read_traces(store: Store, as_of: datetime | None = None) -> Traces:
    """What `store` knew at `as_of` (aware); without it, all that it knows."""
    behaviour, turns = read_behaviour(store, undated=as_of is None), store.conversations.readings()
    people = pl.DataFrame(store.customers.languages(), schema=PEOPLE_SCHEMA, orient="row")
    if as_of is not None:
        behaviour, turns = behaviour.until(as_of), turns.filter(pl.col("at") <= as_of.astimezone(UTC))
        came = pl.when(pl.col("created") <= as_of.astimezone(UTC)).then("created")
        people = people.with_columns(created=came)
    said = ((customer, _by(consents, as_of)) for customer, consents in store.customers.consents().items())
    return Traces(
        people=people,
        behaviour=behaviour,
        reviews=tuple(review for review in store.shop.reviews() if _seen(review.at, as_of)),
        turns=turns,
        consents={customer: consents for customer, consents in said if consents},
        predictions=store.predictions.latest(until=as_of),
        clusters=store.clusters.latest(until=as_of),
    )


def _by(consents: tuple[Consent, ...], as_of: datetime | None) -> tuple[Consent, ...]:
    return tuple(consent for consent in consents if _seen(consent.at, as_of))


def _seen(at: datetime | None, as_of: datetime | None) -> bool:
    return as_of is None or (at is not None and at <= as_of)
