"""The answers that came after a model had learnt: of a shop's customers, or of the rows of a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from core.errors import UserError
from insight.behaviour.records import Behaviour
from insight.predicting.columns import encode
from insight.predicting.model import ScoreModel
from insight.predicting.questions import CHURN, coming_of, trade_of
from insight.predicting.shelf import Ready
from insight.predicting.snapshots import STEP, TIME, training_rows
from insight.predicting.tasks import Rows


def rows_of_table(model: ScoreModel, table: pl.DataFrame, target: str, yes: str, time: str | None = None) -> Rows:
    """The rows of `table` whose answer is known, as `model` sees them. Raises `UserError` where a column is lacking."""
    if target not in table.columns:
        raise UserError("column", target, f"one of {', '.join(table.columns[:12])}", "it holds the answers")
    known = table.filter(pl.col(target).is_not_null())
    truth = (known[target].cast(pl.String) == yes).to_numpy()
    days = None if time is None else known[time].dt.epoch("us").to_numpy() / 86_400e6
    return Rows(model.columns, encode(model.columns, known), truth, np.arange(len(known)), days)


def rows_of_shop(ready: Ready, behaviour: Behaviour) -> Rows:
    """The shop's customers at each moment after the last that was learnt from, where the days to wait are over.

    Raises `UserError` where there is no such moment yet, and for a question that is not asked by date.
    """
    facts, question = ready.kept.about["facts"], ready.question
    horizon = timedelta(days=int(question.get("days") or 0))
    if not horizon:
        raise UserError("model", ready.model.name, "one of purchases or churn", "train it anew")
    looks = _moments(datetime.fromisoformat(facts["last"]).replace(tzinfo=UTC), trade_of(behaviour).last - horizon)
    if not looks:
        expected = (
            f"orders after {facts['last']} and the {horizon.days} days that an answer needs, and {STEP.days} more"
        )
        raise UserError(f"update {ready.model.name}", "no new answers", expected, "wait")
    churn = question["asked"] == CHURN
    came = coming_of(question["asked"], behaviour)
    table = training_rows(behaviour, looks, horizon, facts["target"], came, buyers=churn)
    return rows_of_table(ready.model, table, facts["target"], facts["yes"], TIME)


def _moments(after: datetime, until: datetime) -> list[datetime]:
    found, moment = [], after + STEP
    while moment <= until:
        found.append(moment)
        moment += STEP
    return found
