"""A school with pupils of two kinds: those who paint take painting courses in order, those who cook, cooking ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from insight.recommending.records import GROUP_SCHEMA, INTERACTION_SCHEMA, ITEM_SCHEMA, Records

NOW = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 200
KINDS = ("paint", "cook")


@pytest.fixture(scope="session")
def now() -> datetime:
    """The evening of the last day that the records tell of."""
    return NOW


@pytest.fixture(scope="session")
def school() -> Records:
    """240 pupils, twelve courses of each kind; a pupil takes the next course of their kind every fortnight or so."""
    rng = np.random.default_rng(3)
    rows = []
    for number in range(240):
        kind = KINDS[number % 2]
        day, level = float(rng.integers(0, 120)), int(rng.integers(0, 3))
        while day < DAYS and level < 12:
            rows.append((f"P{number:03d}", f"{kind}-{level:02d}", NOW - timedelta(days=DAYS - day), 1.0))
            day, level = day + float(rng.integers(10, 20)), level + 1
    items = [
        (f"{kind}-{n:02d}", kind, f"{kind} {kind} course. Part {n}.", [f"kind={kind}"])
        for kind in KINDS
        for n in range(12)
    ]
    groups = [(f"P{number:03d}", f"school={KINDS[number % 2]}") for number in range(240)]
    groups += [("newcomer", "school=paint")]
    return Records(
        pl.DataFrame(rows, schema=INTERACTION_SCHEMA, orient="row"),
        pl.DataFrame(items, schema=ITEM_SCHEMA, orient="row"),
        pl.DataFrame(groups, schema=GROUP_SCHEMA, orient="row"),
    )


@pytest.fixture
def records_of() -> Callable[..., Records]:
    """records_of(("ann", "milk", 3.0), ...) -> records of items taken so many days ago; a fourth is the weight."""

    def made(*rows: tuple[str, str, float] | tuple[str, str, float, float]) -> Records:
        taken = [(row[0], row[1], NOW - timedelta(days=row[2]), row[3] if len(row) > 3 else 1.0) for row in rows]
        items = sorted({row[1] for row in rows})
        return Records(
            pl.DataFrame(taken, schema=INTERACTION_SCHEMA, orient="row"),
            pl.DataFrame([(item, None, None, None) for item in items], schema=ITEM_SCHEMA, orient="row"),
            pl.DataFrame(schema=GROUP_SCHEMA),
        )

    return made
