"""How long scores take: one customer by HTTP on a fresh event, and 100,000 customers at once.

    python -m evals.insight.scoring --out REPORT

A fresh home with the demo shop, models of purchases and churn, and a real `hawker serve`. The many customers are the
demo's, repeated; their features are given, and both models tell them all with five reasons each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import polars as pl

from core.settings import Settings, load_settings
from evals.demo_home import settings_for_home
from evals.insight.figures import table, write
from evals.report import this_machine
from evals.serving.shop_server import free_port, inherited, started
from insight.behaviour.records import Behaviour, read_behaviour
from insight.predicting.keeping import keep
from insight.predicting.learning import Effort, learn
from insight.predicting.model import ScoreModel
from insight.predicting.questions import churn_task, purchase_task
from insight.predicting.snapshots import known_of
from shop.demo.folder import write_demo
from shop.loading import load_shop
from store.opening import open_store

MANY = 100_000
ASKED = 300
WANTED_MS, WANTED_SECONDS = 50.0, 20.0


@contextmanager
def scored_home(trials: int) -> Iterator[tuple[Settings, Behaviour, tuple[ScoreModel, ...]]]:
    """Settings over a home with the demo shop and two models; it goes with its end."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for_home(load_settings(), Path(folder) / "home")
        store = open_store(settings)
        write_demo(Path(folder) / "shop")
        load_shop(store, Path(folder) / "shop")
        behaviour = read_behaviour(store)
        tasks = {"purchase": purchase_task(behaviour, 30), "churn": churn_task(behaviour)}
        kept = [
            keep(settings.home, learn(task, Effort(trials)), {"asked": asked, "days": task.horizon.days})
            for asked, task in tasks.items()
        ]
        yield settings, behaviour, tuple(one.model for one in kept)
        store.close()


def one_by_http(settings: Settings, customers: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Milliseconds of each of `ASKED` requests, one after the other, after a few that warm the server."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-P", "-m", "cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    environment = inherited() | {"HAWKER_HOME": str(settings.home), "HAWKER_ENGINE": "scripted"}
    taken = []
    with started(command, url, "/livez", environment), httpx.Client(base_url=url, timeout=30) as client:
        for turn in range(ASKED + 20):
            event = {"kind": "cart", "at": datetime.now(UTC).isoformat(timespec="seconds"), "product_id": "TENT-1"}
            path = f"/v1/customers/{customers[turn % len(customers)]}/scores"
            began = time.perf_counter()
            client.post(path, json={"events": [event]}).raise_for_status()
            taken.append((time.perf_counter() - began) * 1000)
    return np.array(taken[20:])


def many_at_once(model: ScoreModel, known: pl.DataFrame, reasons: int) -> tuple[float, float]:
    """Seconds for `MANY` rows: on the clock, and of computing, which other work on the machine does not lengthen."""
    rows = pl.concat([known] * (MANY // len(known) + 1)).head(MANY)
    clock, computing = time.perf_counter(), time.process_time()
    assert len(model.predict(rows, datetime.now(UTC), reasons)) == MANY
    return time.perf_counter() - clock, time.process_time() - computing


def measured(trials: int) -> dict[str, Any]:
    """All figures of one run."""
    with scored_home(trials) as (settings, behaviour, models):
        known = known_of(behaviour, datetime.now(UTC))
        milliseconds = one_by_http(settings, known["customer_id"].sample(200, seed=0).to_list())
        return {
            "machine": this_machine(),
            "requests": ASKED,
            "p50_ms": float(np.quantile(milliseconds, 0.5)),
            "p95_ms": float(np.quantile(milliseconds, 0.95)),
            "columns": {one.name: len(one.columns) for one in models},
            "seconds_with_reasons": {one.name: many_at_once(one, known, 5) for one in models},
            "seconds_without": {one.name: many_at_once(one, known, 0) for one in models},
        }


def shown(found: dict[str, Any]) -> str:
    """For a person."""
    rows = [
        ("one customer by HTTP, fresh event, both models, p50", f"{found['p50_ms']:.0f} ms", "", f"{WANTED_MS:.0f} ms"),
        ("the same, p95", f"{found['p95_ms']:.0f} ms", "", ""),
    ]
    for kind, words in (("seconds_with_reasons", "five reasons each"), ("seconds_without", "no reasons")):
        for name, (clock, computing) in found[kind].items():
            what = f"{MANY:,} customers, {name} ({found['columns'][name]} columns), {words}"
            rows.append((what, f"{clock:.1f} s", f"{computing:.1f} s", f"{WANTED_SECONDS:.0f} s"))
    return f"{found['machine']}\n\n" + table(("what", "on the clock", "computing", "at most"), rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Exit status 0 where both limits are kept, 3 where one is not."""
    parser = argparse.ArgumentParser(prog="python -m evals.insight.scoring", description="How long scores take.")
    parser.add_argument("--out", type=Path, required=True, help="folder for scoring.json and scoring.md")
    parser.add_argument("--trials", type=int, default=6)
    given = parser.parse_args(arguments)
    found = measured(given.trials)
    write(given.out, "scoring", found, shown(found))
    slowest = max(clock for clock, _ in found["seconds_with_reasons"].values())
    return 0 if found["p50_ms"] <= WANTED_MS and slowest <= WANTED_SECONDS else 3


if __name__ == "__main__":
    raise SystemExit(main())
