"""How fast and in how much memory events are loaded, beside pandas reading the same file and counting by customer.

`python -m evals.insight.loading --out FOLDER [--events 1000000 10000000] [--files parquet csv]`.
Events are drawn anew from a seed: 100,000 customers, 12 months, one row in a thousand of a customer who is not there,
one in a thousand without a readable time.
Ours checks every row, tells those that are wrong and writes the log; pandas drops what it cannot read. Each way runs in
a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

CUSTOMERS, PRODUCTS = 100_000, 2_000
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
SECONDS = 365 * 86400
WRONG = 1000
"""of so many rows one is broken in each of two ways"""
SIZES = (1_000_000, 10_000_000)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for loading.json")
    parser.add_argument("--events", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--files", nargs="+", choices=("parquet", "csv"), default=["parquet", "csv"])
    chosen = parser.parse_args(arguments)
    print(f"{'way':34} {'events':>11} {'seconds':>8} {'cpu s':>7} {'peak MB':>8} {'taken':>11} {'refused':>8}")
    rows = []
    for events in chosen.events:
        for row in measure(events, chosen.files):
            rows.append(row)
            print(_line(row), flush=True)
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "loading.json").write_text(json.dumps(rows, indent=1))
    print(json.dumps(rows))


def _line(row: Mapping[str, Any]) -> str:
    spent = f"{row['seconds']:>8.1f} {row['cpu']:>7.1f} {row['peak_mb']:>8,}"
    return f"{row['way']:34} {row['events']:>11,} {spent} {row['taken']:>11,} {row.get('refused', '-'):>8}"


def measure(events: int, files: Sequence[str] = ("parquet", "csv")) -> Iterator[dict[str, Any]]:
    """Both ways over both kinds of file, in turn."""
    with TemporaryDirectory() as folder:
        _alone(write_events, Path(folder), events)
        ways: Mapping[str, tuple[Callable[[Path, str], dict[str, float]], str]] = {
            "hawker shop load, Parquet": (load_ours, "events.parquet"),
            "pandas read and group, Parquet": (load_pandas, "events.parquet"),
            "hawker shop load, CSV": (load_ours, "events.csv"),
            "pandas read and group, CSV": (load_pandas, "events.csv"),
        }
        for way, (load, file) in ways.items():
            if file.endswith(tuple(files)):
                yield {"way": way, "events": events, **_alone(load, Path(folder), file)}


def write_events(folder: Path, events: int) -> dict[str, float]:
    """The same rows as Parquet and as CSV."""
    import numpy as np
    import polars as pl

    random = np.random.default_rng(7)
    people = random.zipf(1.3, events) % CUSTOMERS
    times = np.datetime64(BEGIN.replace(tzinfo=None), "ms") + random.integers(0, SECONDS * 1000, events)
    frame = pl.DataFrame(
        {
            "customer_id": pl.Series("c", people).cast(pl.String),
            "kind": pl.Series("k", random.choice(["view", "cart", "click", "search"], events)),
            "at": pl.Series("t", times).dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"),
            "product_id": "p" + pl.Series("p", random.integers(0, PRODUCTS, events)).cast(pl.String),
            "value": pl.Series("v", random.random(events).round(2)),
            "channel": pl.Series("h", random.choice(["web", "app", "shop"], events)),
        }
    )
    row = pl.int_range(pl.len())
    frame = frame.with_columns(
        customer_id=pl.when(row % WRONG == 1).then(pl.lit("nobody")).otherwise("customer_id"),
        at=pl.when(row % WRONG == 2).then(pl.lit("yesterday")).otherwise("at"),
    )
    frame.write_parquet(folder / "events.parquet")
    frame.write_csv(folder / "events.csv")
    return {"taken": events}


def load_ours(folder: Path, file: str) -> dict[str, float]:
    """Into a home of its own whose customers are there already; only the load is timed."""
    from core.customer import Customer
    from core.settings import load_settings
    from shop.loading import load_shop
    from store.opening import open_store

    with TemporaryDirectory() as home:
        store = open_store(load_settings(home=Path(home), database_url=None, key_file=None))
        store.customers.put(Customer(str(one)) for one in range(CUSTOMERS))
        begun = _clocks()
        report = load_shop(store, folder / file)
        spent = _since(begun)
        store.close()
    taken, refused = report.taken["events"], report.refused["events"]
    assert report.read["events"] == taken + refused
    return {**spent, "taken": taken, "refused": refused}


def load_pandas(folder: Path, file: str) -> dict[str, float]:
    """Read, parse times, drop strangers and repeats, count by customer and month: ours without the report."""
    import pandas as pd

    begun = _clocks()
    frame = pd.read_parquet(folder / file) if file.endswith("parquet") else pd.read_csv(folder / file, dtype={0: str})
    frame["at"] = pd.to_datetime(frame["at"], format="ISO8601", utc=True, errors="coerce")
    known = frame["customer_id"].isin({str(one) for one in range(CUSTOMERS)})
    frame = frame[known & frame["at"].notna()].drop_duplicates()
    frame.groupby(["customer_id", frame["at"].dt.month]).size()
    return {**_since(begun), "taken": len(frame)}


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(begun: tuple[float, float]) -> dict[str, float]:
    """Seconds by the wall and of this process's processors; the latter tell more where others are at work."""
    wall, cpu = _clocks()
    return {"seconds": wall - begun[0], "cpu": cpu - begun[1]}


def _alone(work: Callable[..., dict[str, Any]], *arguments: object) -> dict[str, Any]:
    """The result of `work` in a fresh process, and its peak memory."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_told, args=(queue, work, arguments))
    process.start()
    result: dict[str, Any] = queue.get()
    process.join()
    return result


def _told(queue: Any, work: Callable[..., dict[str, Any]], arguments: Sequence[object]) -> None:
    found = work(*arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    queue.put({**found, "peak_mb": peak})


if __name__ == "__main__":
    os.environ.setdefault("POLARS_MAX_THREADS", "2")
    main()
