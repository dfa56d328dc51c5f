"""The demo's simulated shop as tables, once for all tests of this folder."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import polars as pl

from evals.insight.demo_behaviour import behaviour_of
from insight.behaviour.records import Behaviour
from insight.predicting.learned import Learned
from insight.predicting.learning import Effort, learn
from insight.predicting.questions import CHURN, trade_of
from insight.predicting.snapshots import TIME, WORDS, seen_between, training_rows
from insight.predicting.tasks import TableTask
from shop.demo.simulate import simulate

CUSTOMERS = 500


@cache
def demo_behaviour() -> Behaviour:
    return behaviour_of(simulate(seed=7, customers=CUSTOMERS))


def churn_rows(days: int = 90, looks: int = 3) -> pl.DataFrame:
    """Rows of buyers at a few moments, without the gates that a shop this small would not pass."""
    behaviour = demo_behaviour()
    last = trade_of(behaviour).last
    moments = [last - timedelta(days=days * (back + 1)) for back in reversed(range(looks))]
    return training_rows(behaviour, moments, timedelta(days=days), "returns", seen_between, buyers=True)


def churn_task_of(days: int = 90) -> TableTask:
    return TableTask(
        CHURN, churn_rows(days), "returns", "false", "customer_id", TIME, timedelta(days=days), WORDS, "a test"
    )


@cache
def learned_churn() -> Learned:
    return learn(churn_task_of(), Effort(trials=0))
