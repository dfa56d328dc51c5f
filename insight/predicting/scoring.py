"""Scores of a shop's customers by its models: one on fresh events, within the time of a page, or all at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from core.customer import Event
from core.errors import NotFound
from core.prediction import Prediction
from insight.behaviour.records import Behaviour
from insight.predicting.model import REASONS
from insight.predicting.one_customer import behaviour_of, read_products
from insight.predicting.questions import CHURN, PURCHASE
from insight.predicting.responses import RESPONSE
from insight.predicting.shelf import Ready, Shelf
from insight.predicting.snapshots import known_of

if TYPE_CHECKING:
    from store.opening import Store

OF_CUSTOMERS = (PURCHASE, CHURN, RESPONSE)
"""questions that are answered from a customer's behaviour"""
CATALOGUE_SECONDS = 60.0
"""for how long a catalogue once read is used; a product new since is of no category yet"""


class CustomerScores:
    """Over one store and its home's models. Thread-safe."""

    def __init__(self, store: Store, shelf: Shelf) -> None:
        self._store, self._shelf = store, shelf
        self._products: tuple[float, pl.DataFrame] | None = None
        self._lock = threading.Lock()

    def of(
        self, customer_id: str, as_of: datetime, fresh: Sequence[Event] = (), names: Sequence[str] = ()
    ) -> tuple[Prediction, ...]:
        """What the models `names` (all of customers where none is named) foretell of one customer.

        `fresh` events count beside the stored ones. Raises `NotFound` for an unknown model or customer. A customer of
        whom nothing is known yet has no predictions.
        """
        self._store.customers.get(customer_id)
        models = [self._of_customers(name) for name in names or self._shelf.names(*OF_CUSTOMERS)]
        known = known_of(behaviour_of(self._store, customer_id, self._catalogue(), fresh), as_of)
        if known.is_empty():
            return ()
        return tuple(one for ready in models for one in ready.model.predict(known, as_of) if _asked_of(ready, known))

    def _of_customers(self, name: str) -> Ready:
        ready = self._shelf.get(name)
        if ready.question.get("asked") not in OF_CUSTOMERS:
            known = ", ".join(self._shelf.names(*OF_CUSTOMERS)) or "none yet"
            raise NotFound("model", name, f"one that asks about customers: {known}", "it scores rows of a file")
        return ready

    def _catalogue(self) -> pl.DataFrame:
        with self._lock:
            now = time.monotonic()
            if self._products is None or now - self._products[0] > CATALOGUE_SECONDS:
                self._products = now, read_products(self._store)
            return self._products[1]


def score_all(
    ready: Ready, behaviour: Behaviour, as_of: datetime, reasons: int = REASONS
) -> list[tuple[str, Prediction]]:
    """Every customer whom the model's question concerns, by id."""
    known = known_of(behaviour, as_of)
    asked = known.filter(pl.col("orders") > 0) if ready.question.get("asked") == CHURN else known
    return list(zip(asked["customer_id"].to_list(), ready.model.predict(asked, as_of, reasons), strict=True))


def _asked_of(ready: Ready, known: pl.DataFrame) -> bool:
    """Only who has ordered can be lost."""
    return ready.question.get("asked") != CHURN or known["orders"][0] > 0
