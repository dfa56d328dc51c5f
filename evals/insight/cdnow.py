"""The CDNOW purchases (one cohort of 1997) as the lifetime models read them; read from HAWKER_DATA, never copied."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from core.errors import UserError
from insight.lifetime.purchases import PurchaseSummary

LEARNT_UNTIL, END = date(1997, 9, 30), date(1998, 6, 30)
"""the papers' split: 39 weeks to learn from, 39 to foretell"""
SAMPLE, EVERYONE, SUMMARY = "CDNOW_sample.txt", "CDNOW_master.txt", "cdnow_customers_summary_with_transactions.csv"


def cdnow_purchases(folder: Path, file: str) -> pl.LazyFrame:
    """customer_id, day, value: a row for each day on which a customer bought; `file` is `SAMPLE` or `EVERYONE`."""
    # The sample's lines begin with the id in the whole set; customer, day, pieces and money are the last four.
    lines = [line.split()[-4:] for line in _file(folder, file).read_text(encoding="ascii").splitlines() if line.strip()]
    rows = [(customer, date.fromisoformat(day), float(money)) for customer, day, _, money in lines if day.isdecimal()]
    frame = pl.DataFrame(rows, schema={"customer_id": pl.String, "day": pl.Date, "value": pl.Float64}, orient="row")
    return frame.group_by("customer_id", "day", maintain_order=True).agg(pl.col("value").sum()).lazy()


def cdnow_summary(folder: Path) -> PurchaseSummary:
    """The published table: x, t_x and T in weeks; the mean value is of the repeat purchases, as in the papers."""
    table = pl.read_csv(_file(folder, SUMMARY))
    frequency, recency, age, value = (table[name].cast(pl.Float64).to_numpy() for name in ("x", "t_x", "T", "zbar"))
    names = table["ID"].cast(pl.String).to_numpy().astype("U")
    return PurchaseSummary(names, frequency, recency, age, valued=frequency, mean_value=value)


def _file(folder: Path, name: str) -> Path:
    path = folder / "cdnow" / name
    if not path.is_file():
        raise UserError("HAWKER_DATA", path, "the CDNOW files", "see docs/RESULTS.md for what they are")
    return path
