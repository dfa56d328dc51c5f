"""The events of a load that were cleaned as columns, from their reading to their writing.

Every file lies aside as Parquet: its clean columns, `line`, why a row was refused (`refused`, with `refused_field` and
`refused_value`), and for each way to mend a row a struct `mend:...` of field, value and reason, null where it was not
needed, and whether any was (`mended`). Counts and first examples are taken from there; then the months are cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from shop.intake import SAME
from shop.report import LISTED, Note, Reason, Tally, shown
from store.events import event_schema
from store.opening import Store

if TYPE_CHECKING:
    import polars as pl

KIND = "events"
MEND = "mend:"


@dataclass(slots=True)
class StagedEvents(AbstractContextManager["StagedEvents"]):
    """Its files are gone when it is left."""

    store: Store
    _files: list[tuple[str, Path]] = field(default_factory=list)
    _months: dict[str, Path] = field(default_factory=dict)
    _folder: Path | None = None
    _opened: ExitStack = field(default_factory=ExitStack)

    def add(self, name: str, clean: pl.LazyFrame) -> int:
        """Write one cleaned file aside; returns its rows."""
        import polars as pl

        path = self._place() / f"{len(self._files)}.parquet"
        mends = [column for column in clean.collect_schema() if column.startswith(MEND)]
        mended = pl.any_horizontal(pl.col(mend).is_not_null() for mend in mends)
        clean.with_columns(mended=mended).sink_parquet(path, compression="lz4")
        self._files.append((name, path))
        return _height(path)

    def settle(self, tally: Tally) -> None:
        """Count every row by what became of it, and cut the months, without a row that says what an earlier one did."""
        import polars as pl

        for name, path in self._files:
            frame = pl.scan_parquet(path)
            good = frame.filter(pl.col("refused").is_null())
            tally.count(KIND, 0, 0, _refusals(frame, name))
            mends = [column for column in frame.collect_schema() if column.startswith(MEND)]
            fresh, mended = 0, 0
            repeats: list[int] = []
            for month in _months(good):
                rows = _of_month(good, month)
                new, again = self._cut(f"{month:%Y-%m}", rows)
                fresh, mended = fresh + new.height, mended + int(new["mended"].sum())
                repeats += again["line"].to_list()
            tally.count(KIND, fresh, mended, [one for mend in mends for one in _mended(good, mend, name)])
            if repeats:
                notes = tuple(Note(KIND, name, line, "row", "", SAME) for line in sorted(repeats)[:LISTED])
                tally.count(KIND, 0, 0, [(Reason(KIND, True, "row", SAME, len(repeats)), notes)])

    def write(self) -> None:
        """Hand the months to the log."""
        if self._months:
            self.store.events.append_months(self._months)

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def _cut(self, month: str, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows that are new to the load, which are written to their month's file, and those that are not."""
        import polars as pl

        columns = list(event_schema())
        first = rows.select(pl.struct(columns).is_first_distinct()).to_series()
        fresh, again = rows.filter(first), rows.filter(~first)
        whole = fresh.select(columns)
        if month in self._months:
            before = pl.read_parquet(self._months[month], memory_map=False)
            again = pl.concat([again, fresh.join(before, on=columns, how="semi", nulls_equal=True)])
            fresh = fresh.join(before, on=columns, how="anti", nulls_equal=True)
            whole = pl.concat([before, fresh.select(columns)])
        self._months[month] = self._place() / f"month-{month}.parquet"
        whole.write_parquet(self._months[month], compression="lz4")
        return fresh, again

    def _place(self) -> Path:
        if self._folder is None:
            self._folder = self._opened.enter_context(self.store.events.staging())
        return self._folder


def _refusals(frame: pl.LazyFrame, name: str) -> Iterator[tuple[Reason, tuple[Note, ...]]]:
    import polars as pl

    refused = frame.filter(pl.col("refused").is_not_null()).select(
        "line", pl.struct(field="refused_field", value="refused_value", why="refused").alias("told")
    )
    yield from _told(refused, name, refused=True)


def _mended(good: pl.LazyFrame, mend: str, name: str) -> Iterator[tuple[Reason, tuple[Note, ...]]]:
    import polars as pl

    yield from _told(good.filter(pl.col(mend).is_not_null()).select("line", told=mend), name, refused=False)


def _told(rows: pl.LazyFrame, name: str, refused: bool) -> Iterator[tuple[Reason, tuple[Note, ...]]]:
    """The reasons in `rows` (line, told: field, value, why) with their counts and first notes."""
    import polars as pl

    groups = (
        rows.unnest("told").group_by("field", "why").agg(pl.len(), pl.col("line", "value").bottom_k_by("line", LISTED))
    )
    for where, why, count, lines, values in groups.sort("len", "why", descending=[True, False]).collect().iter_rows():
        first = sorted(zip(lines, values, strict=True), key=lambda one: int(one[0]))
        notes = tuple(
            Note(KIND, name, line, where, shown("" if value is None else value), why) for line, value in first
        )
        yield Reason(KIND, refused, where, why, count), notes


def _of_month(good: pl.LazyFrame, month: datetime) -> pl.DataFrame:
    import polars as pl

    ends = pl.lit(month).dt.offset_by("1mo")
    theirs = good.filter(pl.col("at") >= month, pl.col("at") < ends)
    return theirs.select(*event_schema(), "line", "mended").collect()


def _months(good: pl.LazyFrame) -> list[datetime]:
    """The first moments of the months in which something happened."""
    import polars as pl

    return sorted(good.select(pl.col("at").dt.truncate("1mo").unique()).collect()["at"])


def _height(path: Path) -> int:
    import polars as pl

    return int(pl.scan_parquet(path).select(pl.len()).collect().item())
