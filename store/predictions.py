"""What models foretold of customers. Predictions are added and never changed: what was thought on a day can be read
again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select

from core.prediction import Prediction
from store.database import Database
from store.strangers import refusing_strangers
from store.tables.people import PredictionRow

_PREDICTION = TypeAdapter(Prediction)


class PredictionBook:
    """The repository behind `Store.predictions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, predictions: Mapping[str, Iterable[Prediction]]) -> None:
        """Keep them, by customer id; the same name of the same moment again overwrites. Raises `NotFound` for a
        customer who is not there."""
        rows = [_row(customer, one) for customer, told in predictions.items() for one in told]
        with refusing_strangers(self._database, predictions), self._database.write() as session:
            self._database.upsert(session, PredictionRow, rows)

    def latest(
        self, until: datetime | None = None, customer_id: str | None = None
    ) -> dict[str, tuple[Prediction, ...]]:
        """Customer id -> the latest of each name, by name; of one customer or all, made of data up to `until`."""
        row = PredictionRow
        newest = select(row.customer_id, row.name, func.max(row.as_of).label("as_of")).group_by(
            row.customer_id, row.name
        )
        if until is not None:
            newest = newest.where(row.as_of <= until)
        if customer_id is not None:
            newest = newest.where(row.customer_id == customer_id)
        last = newest.subquery()
        same = (row.customer_id == last.c.customer_id) & (row.name == last.c.name) & (row.as_of == last.c.as_of)
        wanted = select(row.customer_id, row.content).join(last, same).order_by(row.customer_id, row.name)
        found: dict[str, list[Prediction]] = {}
        with self._database.read() as session:
            for customer, content in session.execute(wanted):
                found.setdefault(customer, []).append(_PREDICTION.validate_python(content))
        return {customer: tuple(told) for customer, told in found.items()}


def _row(customer_id: str, prediction: Prediction) -> dict[str, Any]:
    content = _PREDICTION.dump_python(prediction, mode="json")
    return {"customer_id": customer_id, "name": prediction.name, "as_of": prediction.as_of, "content": content}
