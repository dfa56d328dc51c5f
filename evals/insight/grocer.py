"""The grocer's year of completejourney as a recommender learns from it: 400 households, lines and demographics."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from insight.recommending.records import GROUP_SCHEMA, TAKEN, Records

ATTRIBUTES = ("manufacturer_id", "department", "brand", "product_category", "package_size")
TRAITS = ("age", "income", "household_comp", "kids_count", "home_ownership")


def grocer_records(data: Path) -> Records:
    """From the folder of public data sets. Times are taken as UTC; items have no texts, only attributes."""
    folder = data / "completejourney"
    lines = pl.read_parquet(folder / "transactions_400hh_dev.parquet").filter(pl.col("quantity") > 0)
    interactions = lines.select(
        user=pl.col("household_id").cast(pl.String),
        item=pl.col("product_id").cast(pl.String),
        at=pl.col("transaction_timestamp").dt.replace_time_zone("UTC").cast(pl.Datetime("us", "UTC")),
        weight=pl.lit(TAKEN),
    )
    return Records(interactions, _items(folder), _groups(folder))


def sold_until(records: Records, moment: datetime) -> Records:
    """With those items alone that were sold by `moment`: what the grocer would list later, nobody could know."""
    sold = records.interactions.filter(pl.col("at") <= moment)["item"].unique()
    return Records(records.interactions, records.items.filter(pl.col("id").is_in(sold.to_list())), records.groups)


def _items(folder: Path) -> pl.DataFrame:
    attributes = [pl.format(name + "={}", pl.col(name)) for name in ATTRIBUTES]
    return pl.read_csv(folder / "products.csv.gz").select(
        id=pl.col("product_id").cast(pl.String),
        category=pl.col("product_type"),
        text=pl.lit(None, dtype=pl.String),
        attributes=pl.concat_list(attributes).list.drop_nulls(),
    )


def _groups(folder: Path) -> pl.DataFrame:
    people = pl.read_csv(folder / "demographics.csv").with_columns(pl.col("household_id").cast(pl.String))
    named = [
        people.select(user="household_id", group=pl.format(name + "={}", pl.col(name)))
        for name in TRAITS
        if name in people.columns
    ]
    return pl.concat(named).drop_nulls().cast(GROUP_SCHEMA)  # type: ignore[arg-type]
