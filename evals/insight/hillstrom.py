"""Hillstrom's e-mail trial (2008) as experiments: one mail against none, each customer drawn with chance one third."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from core.errors import UserError
from insight.uplift.experiment import Experiment, drawn_at

FILE = "hillstrom_email/hillstrom_48000_dev.csv"
ARMS = {"men's mail": "Mens E-Mail", "women's mail": "Womens E-Mail"}
NUMBERS = ("recency", "history", "mens", "womens", "newbie")
NAMES = {"zip_code": ("Rural", "Surburban", "Urban"), "channel": ("Multichannel", "Phone", "Web")}
"""each name becomes a column of 0 and 1; the spelling is the file's"""


def hillstrom(folder: Path, arm: str, outcome: str = "visit") -> Experiment:
    """`arm` (a key of `ARMS`) against no mail; `outcome`: visit, conversion or spend, within two weeks."""
    path = folder / FILE
    if not path.is_file():
        raise UserError("HAWKER_DATA", path, "Hillstrom's e-mail trial", "see docs/RESULTS.md for what it is")
    rows = pl.read_csv(path).filter(pl.col("segment").is_in([ARMS[arm], "No E-Mail"]))
    numbers = [rows[name].cast(pl.Float64).to_numpy() for name in NUMBERS]
    flags = [(rows[name] == value).cast(pl.Float64).to_numpy() for name, values in NAMES.items() for value in values]
    columns = (*NUMBERS, *(f"{name}={value}" for name, values in NAMES.items() for value in values))
    treated = (rows["segment"] == ARMS[arm]).to_numpy()
    acted = rows[outcome].cast(pl.Float64).to_numpy()
    return Experiment(np.column_stack([*numbers, *flags]), columns, treated, acted, drawn_at(treated, 0.5))
