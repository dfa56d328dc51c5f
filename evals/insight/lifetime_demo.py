"""The lifetime model on the demo shop, whose truth is known: who has turned away, and how many orders came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from insight.behaviour.orders import VOID
from insight.lifetime.backtest import Backtest
from insight.lifetime.study import study_lifetime
from shop.demo.simulate import END, simulate

SEEDS = (7, 8, 9)


@dataclass(frozen=True, slots=True)
class DemoResult:
    """One simulated shop. AUCs are of telling customers who may order again from those who never will."""

    seed: int
    modified: bool
    """whether the modified form was taken"""
    likelihood_gain: float
    """log-likelihood of the form taken less that of the other"""
    auc: float
    auc_other_form: float
    auc_recency: float
    """by the days since the last order alone: the baseline"""
    mean_alive: float
    """foretold share of buyers who are still customers"""
    truly_alive: float
    backtest: Backtest | None


def judge_demo(seed: int) -> DemoResult:
    """The shop of 2,000 customers that `seed` draws."""
    from sklearn.metrics import roc_auc_score

    shop = simulate(seed)
    kept = [one for one in shop.orders if one.status not in VOID]
    rows = [(one.customer_id, one.placed.date(), float(one.total or 0)) for one in kept if one.placed]
    orders = pl.DataFrame(rows, schema=["customer_id", "day", "value"], orient="row")
    days = orders.group_by("customer_id", "day", maintain_order=True).agg(pl.col("value").sum())
    study = study_lifetime(days.lazy(), END)
    truth = {one.customer_id: one.alive for one in shop.truth}
    bought = study.bought
    alive = np.array([truth[str(name)] for name in bought.customers])
    foretold = study.model.timing.alive(bought)
    return DemoResult(
        seed=seed,
        modified=study.model.timing.modified,
        likelihood_gain=study.timing.maximum.log_likelihood - study.passed_over.maximum.log_likelihood,
        auc=float(roc_auc_score(alive, foretold)),
        auc_other_form=float(roc_auc_score(alive, study.passed_over.model.alive(bought))),
        auc_recency=float(roc_auc_score(alive, bought.recency - bought.age)),
        mean_alive=float(foretold.mean()),
        truly_alive=float(alive.mean()),
        backtest=study.backtest,
    )
