"""Exploring: the last places of a list go to what might do well, by Thompson sampling (Thompson 1933; Chapelle and Li
2011).

Every item has a Beta belief in how often it is clicked when shown, learnt from the log's events `shown` and `click`. A
place goes to the item whose draw is the highest. With each goes its propensity, the chance that it had of this place,
so that what came of it can be weighed without bias later (Horvitz and Thompson 1952).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

SHOWN = "shown"
"""the event that logs a place given to exploring: its product, and as value its propensity"""
ANSWERS = ("click", "cart", "order")
WITHIN = timedelta(days=7)
"""an answer later than this is none"""
PRIOR = (1.0, 19.0)
"""clicks and passings-by that every item is believed to have had: one in twenty"""
CHOICES = 20
"""the best-ranked items that are left, among which a place is drawn"""
GRID = 2_001
"""points at which the beliefs are integrated"""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a list."""

    row: int
    """of the table of candidates"""
    propensity: float = 1.0


@dataclass(frozen=True, slots=True)
class Bandit:
    """Beliefs as of one moment, and a seed for the draws."""

    beliefs: Mapping[str, tuple[float, float]]
    """item -> (clicks, passings-by) seen; items that were never shown are absent"""
    seed: int
    share: float = 0.2
    """of a list that is given to exploring, rounded up: one place of five"""

    def fill(self, items: Sequence[str], rows: Sequence[int], count: int) -> list[Slot]:
        """`count` places: the first in the order given, the last by draws among the next `CHOICES`.

        `items` and `rows` name the candidates, best first.
        """
        if len(items) <= count:
            return [Slot(row) for row in rows]
        explored = int(np.ceil(self.share * count))
        slots = [Slot(row) for row in rows[: count - explored]]
        left = list(range(count - explored, min(len(items), count + CHOICES)))
        rng = np.random.default_rng(self.seed)
        for _ in range(explored):
            beliefs = np.array([self._belief(items[place]) for place in left])
            chances = chances_of_best(beliefs)
            drawn = int(np.argmax(rng.beta(beliefs[:, 0], beliefs[:, 1])))
            slots.append(Slot(rows[left.pop(drawn)], float(chances[drawn])))
        return slots

    def _belief(self, item: str) -> tuple[float, float]:
        clicks, passed = self.beliefs.get(item, (0.0, 0.0))
        return PRIOR[0] + clicks, PRIOR[1] + passed


def chances_of_best(beliefs: NDArray[np.float64]) -> NDArray[np.float64]:
    """(items, 2) of Beta parameters -> (items,): the chance that an item's draw is the highest of all.

    The integral of each density times the others' distribution functions, over a grid; it sums to 1.
    """
    from scipy.stats import beta

    points = np.linspace(0, 1, GRID)
    below = beta.cdf(points[None], beliefs[:, :1], beliefs[:, 1:])
    mass = np.diff(below, axis=1)
    middle = np.clip((below[:, 1:] + below[:, :-1]) / 2, 1e-300, 1)
    others = np.exp(np.log(middle).sum(axis=0)[None] - np.log(middle))
    chances = (mass * others).sum(axis=1)
    return np.asarray(chances / chances.sum())


def learn_beliefs(events: pl.LazyFrame, as_of: datetime) -> dict[str, tuple[float, float]]:
    """What showing came to, from events (customer_id, kind, at, product_id) up to `as_of`.

    A showing counts as answered by a click, a cart or an order of the same customer and product within a week, and as
    passed by once that week is over.
    """
    known = events.filter(pl.col("at") <= as_of, pl.col("product_id").is_not_null()).collect()
    shown = known.filter(pl.col("kind") == SHOWN).select("customer_id", "product_id", shown="at").with_row_index("row")
    answers = known.filter(pl.col("kind").is_in(ANSWERS)).select("customer_id", "product_id", "at")
    answered = (
        shown.join(answers, on=["customer_id", "product_id"])
        .filter((pl.col("at") >= pl.col("shown")) & (pl.col("at") <= pl.col("shown") + WITHIN))["row"]
        .unique()
    )
    told = (
        shown.with_columns(clicked=pl.col("row").is_in(answered.to_list()))
        .filter(pl.col("clicked") | (pl.col("shown") + WITHIN <= as_of))
        .group_by("product_id")
        .agg(clicks=pl.col("clicked").sum(), passed=(~pl.col("clicked")).sum())
    )
    return {item: (float(clicks), float(passed)) for item, clicks, passed in told.iter_rows()}
