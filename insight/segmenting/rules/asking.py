"""The tables that a rule is asked of, read from the store."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl
from polars.datatypes import DataType, DataTypeClass

from insight.behaviour.records import read_behaviour
from insight.segmenting.rules.answering import Asked, People

if TYPE_CHECKING:
    from store.opening import Store

ABOUT = {"customer_id": pl.String, "language": pl.String, "segment": pl.String, "cluster": pl.String}
CONSENTS: dict[str, DataType | DataTypeClass] = {
    "customer_id": pl.String,
    "channel": pl.String,
    "granted": pl.Boolean,
    "at": pl.Datetime("us", "UTC"),
}


def ask_store(store: Store, as_of: datetime) -> Asked:
    """Rules are answered for all customers of `store` as things stood at `as_of` (aware).

    Segment and cluster are those of the latest profiles.
    """
    profiles = {profile.customer_id: profile for profile in store.profiles.all()}
    about, consents = [], []
    for customer, language, _ in store.customers.languages():
        profile = profiles.get(customer)
        known = (profile.segment, profile.cluster) if profile else (None, None)
        about.append((customer, language, *known))
    for customer, told in store.customers.consents().items():
        consents += [(customer, said.channel, said.granted, said.at) for said in told]
    people = People(
        pl.DataFrame(about, schema=ABOUT, orient="row"), pl.DataFrame(consents, schema=CONSENTS, orient="row")
    )
    return Asked(people, read_behaviour(store), as_of)
