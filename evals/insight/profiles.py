"""Must show: ten million events to features and profiles of 100,000 customers, beside pandas doing the same features.

    python -m evals.insight.profiles [--events 10000000] [--customers 100000] [--out FOLDER]

Each contender runs in a process of its own, on the same files, so that its peak memory is its own. Prints a table, and
writes profiles.json to FOLDER.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from core.customer import Consent, Review
from evals.insight.synthetic import END, write_shop
from insight.behaviour.features import FEATURES, customer_features
from insight.behaviour.records import Behaviour
from insight.customers.profiles import draw_profiles
from insight.customers.traces import Traces
from store.turn_table import SCHEMA as TURNS

CLOSE = 1e-6
"""relative difference that two ways of summing floats may have"""
Told = dict[str, Any]


def measure(folder: Path, events: int, customers: int) -> Told:
    """Write the shop to `folder`, run both contenders, and compare what they found."""
    started = time.monotonic()
    write_shop(folder, events, customers)
    told: Told = {"events": events, "customers": customers, "generate_seconds": time.monotonic() - started}
    for contender in CONTENDERS:
        command = [sys.executable, "-m", "evals.insight.profiles", "--contender", contender, "--data", str(folder)]
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
        told[contender] = json.loads(said.stdout)
    told["columns"], told["columns_agreeing"] = len(FEATURES), agreeing(folder)
    return told


def agreeing(folder: Path) -> int:
    """How many features both contenders found alike for every customer."""
    ours, peer = (pl.read_parquet(folder / f"{name}.parquet").sort("customer_id") for name in CONTENDERS)
    assert ours["customer_id"].equals(peer["customer_id"])
    return sum(_alike(ours[name], peer[name]) for name in FEATURES)


def traces_of(folder: Path) -> Traces:
    """The shop in `folder` as profiles are drawn from it; everybody said yes to e-mail."""
    stars = pl.read_parquet(folder / "reviews.parquet")
    people = pl.read_parquet(folder / "people.parquet")
    yes = (Consent("email", True, END.replace(year=2024), "checkout"),)
    return Traces(
        people=people,
        behaviour=_behaviour(folder),
        reviews=tuple(Review(one, "", None, who, rating, at=at) for one, who, rating, at in stars.iter_rows()),
        turns=pl.DataFrame(schema=TURNS),
        consents=dict.fromkeys(people["customer_id"], yes),
        predictions={},
        clusters={},
    )


def _ours(folder: Path) -> Told:
    started = time.monotonic()
    features = customer_features(_behaviour(folder), END)
    featured = time.monotonic()
    profiles = list(draw_profiles(traces_of(folder), None, END))
    done = time.monotonic()
    features.write_parquet(folder / "ours.parquet")
    seconds = {"features_seconds": featured - started, "profiles_seconds": done - featured, "seconds": done - started}
    return {**seconds, "profiles": len(profiles), "rows": features.height}


def _pandas(folder: Path) -> Told:
    from evals.insight.pandas_features import pandas_features

    started = time.monotonic()
    features = pandas_features(folder, END)
    seconds = time.monotonic() - started
    features.reset_index(names="customer_id").astype({"customer_id": "str"}).to_parquet(folder / "pandas.parquet")
    return {"features_seconds": seconds, "seconds": seconds, "rows": len(features)}


CONTENDERS: Mapping[str, Callable[[Path], Told]] = {"ours": _ours, "pandas": _pandas}


def _behaviour(folder: Path) -> Behaviour:
    return Behaviour(
        lines=pl.scan_parquet(folder / "lines-*.parquet"),
        events=pl.scan_parquet(folder / "events-*.parquet"),
        products=pl.read_parquet(folder / "products.parquet"),
    )


def _alike(ours: pl.Series, peer: pl.Series) -> bool:
    peer = peer.fill_nan(None)
    if not (ours.is_null() == peer.is_null()).all():
        return False
    apart = (ours - peer).abs() > CLOSE * (1 + peer.abs())
    return not apart.fill_null(False).any()


def _peak_bytes() -> int:
    """The most memory that this process held. Not getrusage's: that begins with what the parent held before exec."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def _table(told: Told) -> str:
    rows = [
        f"{told['events']:,} events, {told['customers']:,} customers, {told['columns']} features"
        f" ({told['columns_agreeing']} alike in both); written in {told['generate_seconds']:.0f} s",
        f"{'':10}{'features s':>12}{'profiles s':>12}{'whole s':>10}{'peak GiB':>10}",
    ]
    for name in CONTENDERS:
        one = told[name]
        drawn = f"{one['profiles_seconds']:.1f}" if "profiles_seconds" in one else "-"
        peak = one["peak_bytes"] / 2**30
        rows.append(f"{name:10}{one['features_seconds']:12.1f}{drawn:>12}{one['seconds']:10.1f}{peak:10.2f}")
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description="features and profiles of a large shop, beside pandas")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--contender", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.contender:
        told = CONTENDERS[asked.contender](asked.data)
        print(json.dumps({**told, "peak_bytes": _peak_bytes()}))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), asked.events, asked.customers)
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        (asked.out / "profiles.json").write_text(json.dumps(found, indent=1), "utf-8")
    print(_table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
