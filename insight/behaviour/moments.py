"""The shop's own present: a shop that was loaded from an old export has not been silent since."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from insight.behaviour.records import Behaviour


def newest(behaviour: Behaviour) -> datetime:
    """The moment of the newest order or event; now, where there is neither."""
    tables = (behaviour.lines, behaviour.events)
    found = [table.select(pl.col("at").max()).collect().item() for table in tables]
    return max((at for at in found if at is not None), default=datetime.now(UTC))
