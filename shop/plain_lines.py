"""CSV in which no cell is quoted, as a table of texts: each line is one row, so that it can be cut without being read.

Other CSV is `shop.csv_rows`' work; both say the same of the same file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shop.csv_rows import read_header, separator_of
from shop.encodings import CHUNK, open_text, recognise
from shop.line_ends import line_ends
from shop.records import Tell

if TYPE_CHECKING:
    import polars as pl


def is_plain(path: Path) -> bool:
    """Whether the file is UTF-8 without quotes, zero bytes or lone carriage returns, and its columns are all named."""
    if path.suffix == ".gz":
        return False
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if b'"' in chunk or b"\0" in chunk:
                return False
    encoding = recognise(path, path.name)
    if (
        encoding.name != "utf-8-sig"
        or encoding.mixed
        or any("CR" in said.replace("CR LF", "") for said in line_ends(path))
    ):
        return False
    with open_text(path, encoding) as file:
        names = file.readline().strip()
    columns = names.split(separator_of(names))
    return all(column.strip() for column in columns) and len(set(columns)) == len(columns)


def scan_lines(path: Path, name: str, tell: Tell) -> pl.LazyFrame:
    """Lazily: `@line` (its number), `@broken` (how many fields a row has that has not as many as the header), then the
    columns as texts, null where empty."""
    import polars as pl

    for said in line_ends(path):
        tell(said)
    with open_text(path, recognise(path, name)) as file:
        first = file.readline()
    separator = separator_of(first, tell)
    columns = list(read_header(first.rstrip("\r\n").split(separator), name, tell).places)
    text = pl.col("line").str.strip_chars_end("\r")
    count = text.str.count_matches(separator, literal=True) + 1
    cells = text.str.split_exact(separator, len(columns) - 1).struct.rename_fields(columns).alias("cells")
    lines = pl.scan_lines(path, row_index_name="@line", row_index_offset=1).filter(pl.col("@line") > 1, text != "")
    broken = pl.when(count != len(columns)).then(pl.format("{} fields", count)).alias("@broken")
    whole = lines.select("@line", broken, cells).unnest("cells")
    return whole.with_columns(pl.when(pl.col(column) != "").then(pl.col(column)).alias(column) for column in columns)
