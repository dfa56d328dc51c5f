"""Tables in files: CSV (gzipped too), Parquet, JSON lines."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from core.errors import UserError

ENDINGS = ".csv, .csv.gz, .parquet, .jsonl"
MISSING = ["", "NA", "N/A", "NaN", "nan", "null", "None"]


def read_table(path: Path) -> pl.DataFrame:
    """The file as a table. Raises `UserError` where it is not there, or not one."""
    if not path.is_file():
        raise UserError("FILE", path, f"a file: {ENDINGS}", "mend the path")
    try:
        table = _read(path)
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as error:
        why = str(error).splitlines()[0][:120]
        raise UserError("FILE", path, f"a table that can be read as {ENDINGS}", why) from None
    if table.is_empty():
        raise UserError("FILE", path, "a table with rows")
    return table


def _read(path: Path) -> pl.DataFrame:
    name = path.name.lower()
    if name.endswith(".parquet"):
        return pl.read_parquet(path)
    if name.endswith((".jsonl", ".ndjson")):
        return pl.read_ndjson(path)
    if name.endswith((".csv", ".csv.gz")):
        return pl.read_csv(path, null_values=MISSING, infer_schema_length=None, try_parse_dates=True)
    raise UserError("FILE", path, f"a file: {ENDINGS}", "convert it")
