"""The columns of a table as a model sees them: numbers as they are, texts as one of some known levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.errors import UserError

Floats = NDArray[np.float64]
MOST_LEVELS = 40
"""of a text column; rarer levels count as unknown"""
NAMES_FROM = 0.5
"""a text column of which this share of the rows is unlike every other is a name, not a trait"""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a model may look at."""

    name: str
    words: str
    """what a marketer calls it"""
    levels: tuple[str, ...] | None = None
    """of a text column, the commonest first; None for a number"""

    def told(self, code: float) -> str:
        """A row's value as a person reads it."""
        if code != code:  # not a number
            return UNKNOWN
        if self.levels is not None:
            return self.levels[int(code)]
        return f"{code:.0f}" if code == round(code) or abs(code) >= 1000 else f"{code:.3g}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that no model may look at, and why."""

    name: str
    why: str


def read_columns(
    table: pl.DataFrame, names: Iterable[str], words: Mapping[str, str]
) -> tuple[tuple[Column, ...], tuple[LeftOut, ...]]:
    """The usable ones among `names`, and the others with their reason."""
    columns, left_out = [], []
    for name in names:
        values = table[name]
        why = _useless(values)
        if why:
            left_out.append(LeftOut(name, why))
        else:
            levels = None if _is_number(values) else _levels(values)
            columns.append(Column(name, words.get(name, name.replace("_", " ")), levels))
    return tuple(columns), tuple(left_out)


def encode(columns: Sequence[Column], table: pl.DataFrame) -> Floats:
    """(rows, columns): numbers as they are, texts as the place of their level; NaN where it is missing or unknown.

    Raises `UserError` where the table lacks a column.
    """
    for column in columns:
        if column.name not in table.columns:
            raise UserError("column", column.name, f"one of {', '.join(table.columns[:12])}", "the model reads it")
    coded = table.select(_code(column) for column in columns)
    return np.asarray(coded.to_numpy(), np.float64).reshape(len(table), len(columns))


def _code(column: Column) -> pl.Expr:
    values = pl.col(column.name)
    if column.levels is None:
        finite = values.cast(pl.Float64, strict=False)
        return pl.when(finite.is_finite()).then(finite).otherwise(None).alias(column.name)
    places = {level: float(place) for place, level in enumerate(column.levels)}
    text = values.cast(pl.String)
    return text.replace_strict(places, default=None, return_dtype=pl.Float64).alias(column.name)


def _is_number(values: pl.Series) -> bool:
    return values.dtype.is_numeric() or values.dtype == pl.Boolean


def _levels(values: pl.Series) -> tuple[str, ...]:
    counted = values.cast(pl.String).drop_nulls().value_counts().sort(["count", values.name], descending=[True, False])
    return tuple(counted[values.name].head(MOST_LEVELS).to_list())


def _useless(values: pl.Series) -> str:
    """Why a column tells nothing, or an empty text."""
    known = values.drop_nulls()
    if known.n_unique() < 2:
        return "the same in every row"
    if values.dtype.is_temporal() or values.dtype.is_nested():
        return f"a {values.dtype}, neither number nor text"
    if values.dtype.is_integer() and known.n_unique() == len(values) and (known.diff().drop_nulls() == 1).all():
        return "a row number"
    if not _is_number(values) and known.n_unique() > max(MOST_LEVELS, NAMES_FROM * len(known)):
        return "a name or a free text: nearly every row has another"
    return ""
