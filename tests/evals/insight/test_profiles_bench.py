"""The measurement of profiles on a small shop: both contenders find the same, and a seed gives the same shop."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from evals.insight.profiles import CONTENDERS, agreeing, traces_of
from evals.insight.synthetic import END, write_shop
from insight.behaviour.features import FEATURES
from insight.customers.profiles import draw_profiles

EVENTS, CUSTOMERS = 50_000, 1_000


def test_ours_and_pandas_find_the_same_features(tmp_path: Path) -> None:
    write_shop(tmp_path, EVENTS, CUSTOMERS)
    told = {name: run(tmp_path) for name, run in CONTENDERS.items()}
    assert agreeing(tmp_path) == len(FEATURES)
    assert told["ours"]["profiles"] == CUSTOMERS
    assert pl.scan_parquet(tmp_path / "events-*.parquet").select(pl.len()).collect().item() == EVENTS


def test_a_seed_gives_the_same_shop_and_the_same_profiles(tmp_path: Path) -> None:
    drawn = []
    for place in ("one", "other"):
        (tmp_path / place).mkdir()
        write_shop(tmp_path / place, 5_000, 100)
        drawn.append(list(draw_profiles(traces_of(tmp_path / place), None, END)))
    assert drawn[0] == drawn[1]
    assert any(profile.loyalty for profile in drawn[0])
