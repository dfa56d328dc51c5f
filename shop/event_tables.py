"""Many events at once: Parquet, and CSV without quotes, cleaned as columns. Ten million never become Python objects.

The rules are those of `shop.acts.clean_event` and `shop.relations`; a test loads the same rows both ways.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import UserError
from shop.converting import paths
from shop.event_columns import clean_columns
from shop.intake import Intake
from shop.mapping import RecordSource
from shop.places import Place
from shop.plain_lines import is_plain, scan_lines
from shop.report import FileRead
from shop.sources import format_of
from shop.staged_events import KIND, StagedEvents

if TYPE_CHECKING:
    import polars as pl

STEPS = {"source", "constant", "values"}
"""of a mapping's rule, those that a column can take as a whole"""


def is_table(place: Place) -> bool:
    """Whether a file can be cleaned as columns: Parquet or quoteless UTF-8, whose mapping only names columns."""
    path, described = place.path, place.described
    if path is None or not _names_columns(described):
        return False
    format = described.format or format_of(path)
    return format == "parquet" or (format == "csv" and described.encoding is None and is_plain(path))


def stage_events(place: Place, staged: StagedEvents, intake: Intake) -> None:
    """Clean the file of `place` into `staged`. Raises `UserError` for one that is no table."""
    assert place.path is not None
    told: list[str] = []
    format = place.described.format or format_of(place.path)
    if format == "parquet":
        raw = _scan_parquet(place.path, place.name)
    else:
        raw = scan_lines(place.path, place.name, told.append)
    clean = clean_columns(raw, place, intake.relations, set(intake.kept["customers"]))
    rows = staged.add(place.name, clean)
    intake.tally.opened(FileRead(KIND, place.name, rows, tuple(told)))


def _scan_parquet(path: Path, name: str) -> pl.LazyFrame:
    """The file with a first column `line`, each row's number."""
    import polars as pl

    try:
        frame = pl.scan_parquet(path, row_index_name="@line", row_index_offset=1)
        frame.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UserError(name, str(error).splitlines()[0], "a Parquet file") from None
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias("@broken"))


def _names_columns(described: RecordSource) -> bool:
    plain = (
        rule.model_fields_set <= STEPS and isinstance(rule.source, str) and not rule.source.startswith("@")
        for rule in described.fields.values()
    )
    return all(plain) and not any("." in name for _, name in paths(described.fields))
