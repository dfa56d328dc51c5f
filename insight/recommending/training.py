"""Making a recommender from records: windows of time to learn from, one to be judged on, and a refusal where the data
are too thin.

Everything is fitted as it would have been known: for a window that begins at t the sources see what came before t, and
the ranker learns which of their candidates were taken after it. The card's figures are those of a ranker that had not
seen the newest window; the one that is kept has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.errors import UserError
from insight.recommending.learning import Catalogue, fit_sources, takers, window
from insight.recommending.ranker import Ranker, fit_ranker
from insight.recommending.recommender import Recommender
from insight.recommending.records import TAKEN, Records
from insight.recommending.signals import Signals

if TYPE_CHECKING:
    from engine.protocol import Embedder

HORIZONS = (28, 56, 91, 182)
"""days of a window: the shortest in which enough people take something"""
FEWEST_PEOPLE = 100
"""who took something in the newest window"""
WINDOWS = 2
"""to learn from; as many as fit behind each other, each with as much time before it"""

Labelled = tuple[Signals, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A recommender, and one that had not seen the newest window, for judging."""

    recommender: Recommender
    earlier: Recommender | None
    """trained as of the newest window's begin; None where there was but one window"""
    days: int
    """of a window"""
    people: int
    """who ever took anything"""


def train_recommender(
    records: Records,
    as_of: datetime,
    embedder: Embedder | None = None,
    days: int | None = None,
    say: Callable[[str], None] = lambda stage: None,
) -> Trained:
    """From what was known at `as_of` (aware); the same for the same records. `say` is told what is being done.

    `days` is how long a window lasts; by default the shortest of `HORIZONS` that is enough. Raises `UserError` where
    fewer than `FEWEST_PEOPLE` took anything within the longest, or the records do not reach back three windows.
    """
    seen = records.until(as_of)
    days = days or _horizon(seen, as_of)
    begins = _begins(seen, as_of, days)
    catalogue = catalogue_of(seen)
    labelled: list[Labelled] = []
    earlier = None
    for number, begin in enumerate(begins):
        say(f"window {number + 1} of {len(begins)}")
        sources = fit_sources(seen, catalogue, begin, embedder, say)
        if labelled and number == len(begins) - 1:
            earlier = Recommender(catalogue, sources, *_rankers(labelled), trained=begin)
        labelled.append(window(sources, seen, catalogue, begin, days))
    say("now")
    sources = fit_sources(seen, catalogue, as_of, embedder, say)
    whole = Recommender(catalogue, sources, *_rankers(labelled), trained=as_of)
    return Trained(whole, earlier, days, len(takers(seen)))


def catalogue_of(records: Records) -> Catalogue:
    """The items of `records`, in the order of their ids."""
    items = records.items.sort("id")
    names = [text.partition(". ")[0] if text else item for item, text in items.select("id", "text").iter_rows()]
    return Catalogue(tuple(items["id"]), tuple(items["category"]), tuple(names))


def _rankers(labelled: list[Labelled]) -> tuple[Ranker, Ranker]:
    """Over everything, and over what was new to each. Raises `UserError` where no candidate was ever taken."""
    everything = fit_ranker(*zip(*labelled, strict=True))  # type: ignore[arg-type]
    fresh = [(signals.where(~signals.known), taken[~signals.known]) for signals, taken in labelled]
    new = fit_ranker(*zip(*fresh, strict=True))  # type: ignore[arg-type]
    if everything is None:
        raise _too_thin(0, "nobody took what anything pointed to")
    return everything, new or everything


def _horizon(records: Records, as_of: datetime) -> int:
    found = 0
    for days in HORIZONS:
        found = records.taken(as_of - timedelta(days=days), as_of)["user"].n_unique()
        if found >= FEWEST_PEOPLE:
            return days
    raise _too_thin(found, f"at least {FEWEST_PEOPLE} customers who took something in the last {HORIZONS[-1]} days")


def _begins(records: Records, as_of: datetime, days: int) -> list[datetime]:
    """When windows begin, the oldest first, each with at least a window's time behind it."""
    first = records.interactions.filter(pl.col("weight") >= TAKEN)["at"].min()
    begins = [as_of - timedelta(days=days * number) for number in range(WINDOWS, 0, -1)]
    kept = [begin for begin in begins if isinstance(first, datetime) and begin - first >= timedelta(days=2 * days)]
    if not kept:
        raise _too_thin(days, f"records over three windows of {days} days")
    return kept


def _too_thin(found: object, expected: str) -> UserError:
    return UserError("recommender", found, expected, "until then products are chosen by taste and sales")
