"""Churn of the demo shop against the truth: who has turned away, beside the best that anyone could say.

    python -m evals.insight.demo_churn --out REPORT [--customers 2000] [--seeds 7,8,9]

The model learns from what the shop saw, by `hawker insight train churn`'s own code. At the simulated shop's last
moment it scores every buyer; the answer key says who turned away. The best is Bayes' rule over the simulator's true
parameters of each customer (`evals.insight.demo_posterior`), which no shop can know.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from evals.insight.demo_behaviour import behaviour_of
from evals.insight.demo_posterior import Seen, chance_alive, traits_of
from evals.insight.figures import TITLES, figures, signed, table, write
from insight.behaviour.browsing import ANSWERS
from insight.predicting.columns import Floats, encode
from insight.predicting.judging import probabilities
from insight.predicting.learned import BASELINE
from insight.predicting.learning import Effort, learn
from insight.predicting.linear import fit_least_squares
from insight.predicting.measures import Interval, Measured, auc_gain, measure
from insight.predicting.questions import churn_task
from insight.predicting.snapshots import known_of
from insight.predicting.tasks import read_rows
from shop.demo.known import KNOWN
from shop.demo.simulate import DAYS, END, DemoShop, simulate

WANTED = 0.03
"""AUC that ours may be below the best"""


@dataclass(frozen=True, slots=True)
class DemoChurn:
    """One simulated shop."""

    seed: int
    measured: tuple[Measured, ...]
    """ours, the baseline, days since the last order alone, the best possible"""
    below_best: Interval
    horizon_days: float
    recipe: str


def judge_shop(seed: int, customers: int, effort: Effort) -> DemoChurn:
    """Simulate, learn, and compare at the last moment."""
    shop = simulate(seed, customers)
    now = datetime.combine(END, time(18), tzinfo=UTC)
    behaviour = behaviour_of(shop)
    task = churn_task(behaviour)
    learned = learn(task, effort)
    known = known_of(behaviour, now).filter(pl.col("orders") > 0, ~pl.col("customer_id").is_in(list(KNOWN)))
    rows, _, _ = read_rows(task)
    line = probabilities(fit_least_squares(rows).raw(encode(rows.columns, known)))
    gone, best = truth_of(shop, known["customer_id"].to_list(), seed, now)
    silence = known["days_since_order"].to_numpy() / DAYS
    said = {"model": learned.model.probabilities(known), BASELINE: line, "days since the last order alone": silence}
    groups = np.arange(len(gone))
    told = {**said, "best possible": best}
    measured = tuple(measure(name, values, gone, groups) for name, values in told.items())
    below = auc_gain(best, told["model"], gone, groups)
    return DemoChurn(seed, measured, below, task.horizon / timedelta(days=1), learned.facts.recipe)


def truth_of(shop: DemoShop, ids: Sequence[str], seed: int, now: datetime) -> tuple[NDArray[np.bool_], Floats]:
    """Of each customer: whether they turned away, and the best chance of it that anyone could name."""
    truth = {one.customer_id: one for one in shop.truth}
    seen = _seen(shop)
    start = now - timedelta(days=DAYS)
    alive = [chance_alive(traits_of(seed, one, now), seen[one], now, start) for one in ids]
    return np.array([not truth[one].alive for one in ids]), 1 - np.array(alive)


def _seen(shop: DemoShop) -> dict[str, Seen]:
    orders, visits, opens = (defaultdict[str, list[datetime]](list) for _ in range(3))
    for order in shop.orders:
        assert order.placed is not None
        orders[order.customer_id].append(order.placed)
    for event in shop.events:
        if event.kind == "open":
            opens[event.customer_id].append(event.at)
        elif event.kind not in ANSWERS:
            visits[event.customer_id].append(event.at)
    return {one.id: Seen(one, orders[one.id], visits[one.id], opens[one.id]) for one in shop.customers}


def shown(found: Sequence[DemoChurn]) -> str:
    """For a person."""
    rows = [row for one in found for row in figures(f"seed {one.seed}", one.measured)]
    lines = [
        f"seed {one.seed}: below the best by {signed(one.below_best)}, wanted at most {WANTED}; "
        f"churn is {one.horizon_days:g} days without order or visit; {one.recipe}"
        for one in found
    ]
    return "\n".join([table(TITLES, rows), "", *lines])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Exit status 0 where every shop's AUC is near enough to the best, 3 where one is not."""
    parser = argparse.ArgumentParser(prog="python -m evals.insight.demo_churn", description="Churn against the truth.")
    parser.add_argument("--out", type=Path, required=True, help="folder for demo_churn.json and demo_churn.md")
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--seeds", default="7,8,9", help="of the simulator, with commas between")
    parser.add_argument("--trials", type=int, default=14)
    given = parser.parse_args(arguments)
    seeds = [int(seed) for seed in given.seeds.split(",")]
    found = [judge_shop(seed, given.customers, Effort(given.trials)) for seed in seeds]
    write(given.out, "demo_churn", {"shops": [asdict(one) for one in found]}, shown(found))
    return 0 if all(one.below_best.value <= WANTED for one in found) else 3


if __name__ == "__main__":
    raise SystemExit(main())
