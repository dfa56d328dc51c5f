"""Does the recommended hour hit, and whom do we say will answer? The demo shop's last month is held out.

    python -m evals.insight.reach --out FOLDER [--seeds 7 11 12]

Everything is learnt before the month. Hit: the share of held-out opens and visits that lie within an hour of the hour
recommended to that customer, beside the one best hour of the shop. Ranking: the share of those who open in the month
among the tenth with the highest expected response, beside everyone who agreed. Clock: UTC, for the shop has no zone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from evals.insight.demo_tables import demo_behaviour
from insight.reach.recommending import Policy, recommend_reach
from insight.segmenting.rules.answering import People
from insight.segmenting.rules.asking import ABOUT, CONSENTS
from shop.demo.simulate import DemoShop, simulate

DRAWS = 500
Interval = tuple[float, float, float]
"""mean, low, high"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write `reach.json`."""
    parser = argparse.ArgumentParser(description="Channel and hour on a held-out month.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 11, 12])
    asked = parser.parse_args(arguments)
    found = {str(seed): measure(simulate(seed)) for seed in asked.seeds}
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "reach.json").write_text(json.dumps(found, indent=1), "utf-8")
    for seed, figures in found.items():
        for name, (mean, low, high) in figures.items():
            print(f"| {seed} | {name} | {mean:.3f} ({low:.3f} to {high:.3f}) |")


def measure(shop: DemoShop) -> dict[str, Interval]:
    """Figure -> mean with its 95 % interval over bootstrap draws of the customers."""
    behaviour, end = demo_behaviour(shop), max(event.at for event in shop.events)
    split = end - timedelta(days=30)
    about = [(one.id, one.language, None, None) for one in shop.customers]
    said = [(one.id, c.channel, c.granted, c.at) for one in shop.customers for c in one.consents if c.at <= split]
    people = People(pl.DataFrame(about, ABOUT, orient="row"), pl.DataFrame(said, CONSENTS, orient="row"))
    # The whole day is open, as only habits are measured here; e-mail is the one channel that the shop writes on.
    mailed = People(people.about, people.consents.filter(channel="email"))
    found = recommend_reach(behaviour, mailed, Policy(quiet=(0, 0), most_a_week=99), split)
    reached = [one for one in found if one.hour is not None and one.response is not None]
    later = behaviour.events.filter(pl.col("at") > split).collect()
    hours = later.select("customer_id", hour=pl.col("at").dt.hour(), day=pl.col("at").dt.date()).unique()
    before = behaviour.until(split).events.select(pl.col("at").dt.hour().alias("hour")).collect()["hour"].to_numpy()
    counts = np.bincount(before, minlength=24)
    usual = int((counts + np.roll(counts, 1) + np.roll(counts, -1)).argmax())
    by_customer = {one.customer_id: one.hour for one in reached}
    own, shop_wide = [], []
    for customer, group in hours.filter(pl.col("customer_id").is_in(list(by_customer))).group_by("customer_id"):
        moments = group["hour"].to_numpy()
        own.append((_near(moments, by_customer[str(customer[0])] or 0), len(moments)))
        shop_wide.append((_near(moments, usual), len(moments)))
    opened = set(later.filter(kind="open")["customer_id"])
    rates = np.array([one.response.mean if one.response else 0.0 for one in reached])
    answered = np.array([one.customer_id in opened for one in reached], float)
    top = rates >= np.quantile(rates, 0.9)
    return {
        "hit at the recommended hour": _interval(np.array(own)),
        "hit at the shop's best hour": _interval(np.array(shop_wide)),
        "open in the month, most expected tenth": _interval(np.stack([answered[top], np.ones(int(top.sum()))], 1)),
        "open in the month, everyone": _interval(np.stack([answered, np.ones(len(answered))], 1)),
        "opens expected of a mailing, everyone": _interval(np.stack([rates, np.ones(len(rates))], 1)),
    }


def _near(hours: np.ndarray[tuple[int], np.dtype[np.int8]], at: int) -> float:
    """How many lie within an hour of `at`, around midnight too."""
    return float(((hours.astype(int) - at + 1) % 24 <= 2).sum())


def _interval(pairs: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Interval:
    """Sum of the first column over that of the second."""
    rng = np.random.default_rng(0)
    drawn = [pairs[rng.integers(0, len(pairs), len(pairs))].sum(axis=0) for _ in range(DRAWS)]
    low, high = np.quantile([one[0] / one[1] for one in drawn], [0.025, 0.975])
    return float(pairs[:, 0].sum() / pairs[:, 1].sum()), float(low), float(high)


if __name__ == "__main__":
    main()
