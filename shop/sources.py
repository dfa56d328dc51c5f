"""Reading records from files: CSV (also .gz), JSON with nested records, JSON lines, Parquet, Markdown and plain text.

A record that cannot be read is handed on as broken; a file that cannot be read as what it is raises one `UserError`
naming file and line. Nothing is skipped. Knows nothing of what the records mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TextIO
from zlib import error as ZlibError  # noqa: N812 (the exception's name)

import yaml

from core.errors import UserError
from shop.csv_rows import read_csv
from shop.encodings import is_garbled, open_text, recognise
from shop.json_records import read_json, read_json_lines
from shop.line_ends import line_ends
from shop.records import Fault, SourceRecord, Tell

Format = Literal["csv", "json", "jsonl", "text", "parquet"]
ENDINGS: Mapping[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "text",
    ".txt": "text",
    ".parquet": "parquet",
}


def read_records(
    path: Path,
    name: str,
    format: Format | None = None,
    records: str = "",
    encoding: str | None = None,
    tell: Tell = lambda said: None,
) -> Iterator[SourceRecord]:
    """The records of one file. `name` is what messages call it; `records` says where they lie in a JSON file:
    `users.*` is every value under the key `users`. `tell` hears what is to be said of the file as a whole."""
    format = format or format_of(path)
    try:
        if format == "parquet":
            yield from _parquet(path, name)
            return
        found = recognise(path, name, encoding)
        for said in (*found.told, *(() if found.wide else line_ends(path))):
            tell(said)
        with open_text(path, found) as file:
            yield from _of_text(file, name, format, records, tell, found.mixed)
    except UnicodeDecodeError as error:
        start = bytes(error.object[error.start : error.start + 8])
        raise UserError(name, start, f"text in {error.encoding}", "save it as UTF-8") from None
    except (OSError, EOFError, ZlibError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UserError(name, reason, "a readable file") from None


def format_of(path: Path) -> Format:
    """By the file name's ending, `.gz` aside."""
    ending = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    if ending.lower() not in ENDINGS:
        raise UserError("file", path.name, "a name ending in " + ", ".join(ENDINGS), "say `format:` in a mapping file")
    return ENDINGS[ending.lower()]


def _of_text(file: TextIO, name: str, format: Format, records: str, tell: Tell, mixed: bool) -> Iterator[SourceRecord]:
    if format == "csv":
        return read_csv(file, name, tell, mixed)
    if format == "jsonl":
        return read_json_lines(file, name)
    if format == "json":
        return read_json(file, name, records)
    return _text(file, name)


def _parquet(path: Path, name: str) -> Iterator[SourceRecord]:
    import polars

    try:
        frame = polars.read_parquet(path)
    except polars.exceptions.PolarsError as error:
        raise UserError(name, error, "a Parquet file") from None
    for line, record in enumerate(frame.iter_rows(named=True), 1):
        yield SourceRecord(name, line, record)


def _text(file: TextIO, name: str) -> Iterator[SourceRecord]:
    """One record a file: its front matter's keys, `text`, and `source`."""
    text = file.read().replace("\r\n", "\n")
    if is_garbled(text):
        broken = Fault("text", "bytes in another encoding", "the rest of the file is UTF-8")
        yield SourceRecord(name, 1, broken=broken)
        return
    front: Any = {}
    if text.startswith("---\n"):
        head, mark, rest = text[4:].partition("\n---\n")
        if not mark:
            raise UserError(f"{name} line 1", "---", "front matter that ends with a line ---")
        try:
            front = yaml.safe_load(head) or {}
        except yaml.YAMLError as error:
            raise UserError(f"{name} front matter", error, "well-formed YAML") from None
        text = rest
    if not isinstance(front, dict):
        raise UserError(f"{name} front matter", front, "an object with named fields")
    yield SourceRecord(name, 1, {**front, "text": text, "source": name})
