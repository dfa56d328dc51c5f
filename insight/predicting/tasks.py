"""A question put to a table: what is to be foretold, from which columns, and how its rows hang together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.errors import UserError
from insight.predicting.columns import Column, Floats, LeftOut, encode, read_columns


@dataclass(frozen=True, slots=True, eq=False)
class TableTask:
    """One yes-or-no question. Everything but `target`, `id` and `time` may be looked at."""

    name: str
    """letters, digits, `-` and `_`: the model's name"""
    table: pl.DataFrame
    target: str
    """the column to foretell; two values"""
    yes: str | None = None
    """the value that counts as yes; None: true, 1, yes, or the rarer one"""
    id: str | None = None
    """whose row it is: rows of one id never stand on both sides of a split by customer"""
    time: str | None = None
    """when the row was known: where it is given, models are judged on later rows than they learnt from"""
    horizon: timedelta = timedelta(0)
    """how far past its time a row's answer looks: rows this close before a judged one are not learnt from"""
    words: Mapping[str, str] = field(default_factory=dict)
    """column -> what a marketer calls it"""
    source: str = ""
    """where the rows come from, for the card"""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A task's rows as arrays, all of one length n."""

    columns: tuple[Column, ...]
    codes: Floats
    """(n, columns)"""
    truth: NDArray[np.bool_]
    groups: NDArray[np.int64]
    """whose row it is"""
    times: NDArray[np.float64] | None
    """days since 1970"""
    horizon: float = 0.0
    """days"""

    def __len__(self) -> int:
        return len(self.truth)

    def take(self, places: NDArray[np.intp]) -> Rows:
        """The rows at `places`."""
        times = None if self.times is None else self.times[places]
        return Rows(self.columns, self.codes[places], self.truth[places], self.groups[places], times, self.horizon)

    def looking_at(self, columns: tuple[Column, ...]) -> Rows:
        """The same rows with these columns alone."""
        places = [self.columns.index(column) for column in columns]
        return Rows(columns, self.codes[:, places], self.truth, self.groups, self.times, self.horizon)


def read_rows(task: TableTask) -> tuple[Rows, tuple[LeftOut, ...], str]:
    """The rows whose answer is known, what is left out of sight, and the value that counts as yes."""
    for role, name in (("target", task.target), ("id", task.id), ("time", task.time)):
        if name is not None and name not in task.table.columns:
            raise UserError(f"--{role}", name, f"a column: {', '.join(task.table.columns[:20])}", "mend its spelling")
    table = task.table.filter(pl.col(task.target).is_not_null())
    yes = _yes(task, table)
    names = [name for name in table.columns if name not in (task.target, task.id, task.time)]
    columns, left_out = read_columns(table, names, task.words)
    if not columns:
        raise UserError("columns", ", ".join(names) or "none", "one that differs between rows", "add columns")
    rows = Rows(columns, *_arrays(task, table, columns, yes), task.horizon / timedelta(days=1))
    return rows, left_out, yes


def _arrays(
    task: TableTask, table: pl.DataFrame, columns: tuple[Column, ...], yes: str
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.int64], NDArray[np.float64] | None]:
    truth = (table[task.target].cast(pl.String) == yes).to_numpy()
    owners = table[task.id] if task.id else pl.Series(range(len(table)))
    groups = owners.rank("dense").fill_null(0).to_numpy().astype(np.int64)
    return encode(columns, table), truth, groups, _days(table[task.time], task.time) if task.time else None


def _yes(task: TableTask, table: pl.DataFrame) -> str:
    counted = table[task.target].cast(pl.String).value_counts().sort("count", task.target)
    values: list[str] = counted[task.target].to_list()
    if len(values) != 2:
        shown = ", ".join(values[:5]) + (" ..." if len(values) > 5 else "")
        raise UserError(f"--target {task.target}", f"{len(values)} values: {shown}", "a column of two values")
    if task.yes is not None and task.yes not in values:
        raise UserError("--yes", task.yes, f"{values[0]} or {values[1]}", f"the values of {task.target}")
    usual = [value for value in values if value.strip().lower() in ("true", "1", "yes", "y")]
    return task.yes or (usual or values)[0]


def _days(values: pl.Series, name: str) -> NDArray[np.float64]:
    """Days since 1970. Raises `UserError` where a value is no date."""
    if values.dtype == pl.String:
        values = values.str.to_datetime(strict=False, time_zone="UTC")
    if values.dtype.is_numeric():
        return np.asarray(values.to_numpy(), np.float64)
    if not values.dtype.is_temporal() or values.null_count():
        raise UserError(f"--time {name}", values.dtype, "a date in every row", "write them as 2026-03-01")
    return np.asarray(values.cast(pl.Datetime("us")).dt.epoch("us").to_numpy() / 86_400e6, np.float64)


def day_of(days: float) -> datetime:
    """Days since 1970 as a moment, UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days)
