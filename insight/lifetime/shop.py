"""The lifetime study of a whole shop, from its store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl

from insight.behaviour.records import read_behaviour
from insight.lifetime.purchases import purchases_of
from insight.lifetime.study import study_lifetime

if TYPE_CHECKING:
    from insight.lifetime.study import LifetimeStudy
    from store.opening import Store


def study_shop(store: Store) -> LifetimeStudy:
    """As of the shop's latest order: a shop that was loaded from a file may have ended long ago. Raises `UserError`
    where the records are too thin."""
    bought = purchases_of(read_behaviour(store)).collect()
    today = datetime.now(UTC).date()
    latest = bought.filter(pl.col("day") <= today)["day"].max()
    brand = store.shop.brand()
    as_of = latest if isinstance(latest, date) else today
    return study_lifetime(bought.lazy(), as_of, brand.currency if brand else "")
