"""The rules for an event, for whole columns: what is refused, what is mended, and what is taken.

Polars does what is plain; values that are not (a date in words, letters beyond ASCII) go to the readers of single
values, each distinct one once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.errors import UserError
from shop.converting import paths
from shop.csv_rows import OTHER_WIDTH
from shop.dates import EARLIEST_YEAR, LATEST_YEAR, NO_ZONE, DateOrder, read_time
from shop.fields import CLOCKS_DIFFER, LONGEST_ID, NOTHING
from shop.mapping import Rule
from shop.places import Place
from shop.relations import Relations
from shop.staged_events import MEND
from shop.values import LARGEST, Unreadable, read_number, read_text

if TYPE_CHECKING:
    import polars as pl

FIELDS = ("customer_id", "kind", "at", "product_id", "value", "channel")
ISO = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d")
ZONED = 2
"""of these formats, how many name the zone"""


def clean_columns(raw: pl.LazyFrame, place: Place, relations: Relations, loaded: set[str]) -> pl.LazyFrame:
    """`raw` (`@line`, `@broken`, the file's columns) as `shop.staged_events` wants it. Raises `UserError` for a mapping
    that names a column which is not there."""
    import polars as pl

    mapped = _mapped(raw, place)
    unknown = [column for column in mapped.collect_schema() if column not in (*FIELDS, "@line", "@broken")]
    order = DateOrder(place.described.dates, lambda: _distinct_times(mapped))
    texts = {name: _texts(pl.col(name)) for name in ("customer_id", "kind", "product_id", "channel")}
    read = mapped.with_columns(
        **{f"was:{name}": pl.col(name).cast(pl.String) for name in FIELDS},
        **texts,
        timed=_times(pl.col("at"), mapped.collect_schema()["at"], order),
        number=_numbers(pl.col("value")),
    )
    missing = pl.col("product_id").str.to_lowercase().is_in(list(NOTHING))
    long = pl.col("product_id").str.len_chars() > LONGEST_ID
    mends = _mends(long, unknown)
    return read.select(
        pl.col("@line").alias("line"),
        "customer_id",
        "kind",
        pl.col("timed").struct.field("at"),
        pl.when(~long & ~missing).then("product_id").alias("product_id"),
        pl.col("number").struct.field("value"),
        "channel",
        *_refusals(relations, loaded),
        *mends,
    )


def _mapped(raw: pl.LazyFrame, place: Place) -> pl.LazyFrame:
    import polars as pl

    columns = raw.collect_schema().names()
    for ours, theirs in paths(place.described.fields):
        if theirs not in columns:
            expected = f"a column of {place.name}: {', '.join(columns[2:])}"
            raise UserError(f"mapping of {ours}", theirs, expected)
    if place.described.fields:
        made = [_column(rule).alias(name) for name, rule in place.described.fields.items()]
        raw = raw.select("@line", "@broken", *made)
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in FIELDS if name not in raw.collect_schema()]
    return raw.with_columns(absent)


def _column(rule: Rule) -> pl.Expr:
    import polars as pl

    value = pl.col(str(rule.source)) if rule.constant is None else pl.lit(rule.constant)
    if not rule.values:
        return value
    text = value.cast(pl.String)
    return text.replace({theirs: str(ours) for theirs, ours in rule.values.items()})


def _texts(column: pl.Expr) -> pl.Expr:
    import polars as pl

    def clean(values: pl.Series) -> pl.Series:
        text = values.cast(pl.String).str.strip_chars()
        odd = text.filter(text.str.contains(r"[^\x20-\x7e]")).unique()
        text = text.replace({value: read_text(value) for value in odd}) if len(odd) else text
        return text.set(text == "", None)

    return column.map_batches(clean, return_dtype=pl.String, is_elementwise=True)


def _times(column: pl.Expr, dtype: pl.DataType, order: DateOrder) -> pl.Expr:
    import polars as pl

    made = pl.Struct({"at": pl.Datetime("us", "UTC"), "zone": pl.Boolean, "assumed": pl.String})
    if dtype.is_temporal():
        zoned = isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
        moment = column.cast(pl.Datetime("us"))
        utc = (
            column.dt.convert_time_zone("UTC").dt.cast_time_unit("us") if zoned else moment.dt.replace_time_zone("UTC")
        )
        return pl.struct(
            at=_sane(utc), zone=pl.lit(zoned), assumed=pl.lit(None, pl.String), why=pl.lit(None, pl.String)
        )
    return column.cast(pl.String).map_batches(
        lambda texts: _written_times(texts.str.strip_chars(), order), return_dtype=made, is_elementwise=True
    )


def _written_times(texts: pl.Series, order: DateOrder) -> pl.Series:
    """Struct of at (null: unreadable), zone (whether it was named) and assumed (what else was)."""
    import polars as pl

    utc = pl.Series("at", [None] * len(texts), dtype=pl.Datetime("us", "UTC"))
    zone = pl.Series("zone", [False] * len(texts), dtype=pl.Boolean)
    for place, style in enumerate(ISO):
        if not (utc.is_null() & texts.is_not_null()).any():
            break
        read = texts.str.to_datetime(style, time_unit="us", strict=False, exact=True)
        found = read.dt.convert_time_zone("UTC") if place < ZONED else read.dt.replace_time_zone("UTC")
        zone = zone | (utc.is_null() & found.is_not_null()) if place < ZONED else zone
        utc = utc.zip_with(utc.is_not_null(), found)
    frame = pl.DataFrame({"text": texts, "at": utc, "zone": zone}).with_columns(_sane(pl.col("at")))
    odd = frame.filter(pl.col("at").is_null() & pl.col("text").is_not_null())["text"].unique()
    columns: list[tuple[str, pl.DataType]] = [
        ("text", pl.String()),
        ("late", pl.Datetime("us", "UTC")),
        ("late_zone", pl.Boolean()),
        ("assumed", pl.String()),
    ]
    told = pl.DataFrame([(text, *_one_time(text, order)) for text in odd], schema=columns, orient="row")
    whole = frame.join(told, on="text", how="left", maintain_order="left")
    made = pl.struct(at=pl.coalesce("at", "late"), zone=pl.coalesce("late_zone", "zone"), assumed="assumed")
    return whole.select(made).to_series()


def _one_time(text: str, order: DateOrder) -> tuple[datetime | None, bool, str | None]:
    try:
        moment = read_time(text, order)
    except Unreadable:
        return None, True, None
    others = [assumed for assumed in moment.assumed if assumed != NO_ZONE]
    return moment.at, NO_ZONE not in moment.assumed, "; ".join(others) or None


def _sane(at: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.when(at.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)).then(at)


def _numbers(column: pl.Expr) -> pl.Expr:
    """Struct of value and why (it could not be read)."""
    import polars as pl

    made = pl.Struct({"value": pl.Float64, "why": pl.String})

    def read(values: pl.Series) -> pl.Series:
        plain = values.cast(pl.Float64, strict=False)
        frame = pl.DataFrame(
            {"text": values.cast(pl.String), "plain": plain.set(plain.is_infinite() | plain.is_nan(), None)}
        )
        frame = frame.with_columns(pl.when(pl.col("plain").abs() <= LARGEST).then("plain").alias("plain"))
        odd = frame.filter(pl.col("plain").is_null() & pl.col("text").is_not_null())["text"].unique()
        columns: list[tuple[str, pl.DataType]] = [("text", pl.String()), ("late", pl.Float64()), ("why", pl.String())]
        told = pl.DataFrame([(text, *_one_number(text)) for text in odd], schema=columns, orient="row")
        whole = frame.join(told, on="text", how="left", maintain_order="left")
        return whole.select(pl.struct(value=pl.coalesce("plain", "late"), why="why")).to_series()

    return column.map_batches(read, return_dtype=made, is_elementwise=True)


def _one_number(text: str) -> tuple[float | None, str | None]:
    try:
        return (read_number(text), None) if text.strip() else (None, None)
    except Unreadable as error:
        return None, f"{error}: left out"


def _refusals(relations: Relations, loaded: set[str]) -> Iterator[pl.Expr]:
    """`refused`, `refused_field`, `refused_value`: the first rule that a row breaks, in the order of `clean_event`."""
    import polars as pl

    text = pl.col
    latest = datetime.now(UTC) + CLOCKS_DIFFER
    at = pl.col("timed").struct.field("at")
    known = pl.Series(sorted(loaded | relations.known), dtype=pl.String)
    erased = pl.col("customer_id").map_batches(relations.are_erased, return_dtype=pl.Boolean, is_elementwise=True)
    missing = text("customer_id").is_null() | text("customer_id").str.to_lowercase().is_in(list(NOTHING))
    rules: list[tuple[pl.Expr, str, pl.Expr, str | pl.Expr]] = [
        (pl.col("@broken").is_not_null(), "row", pl.col("@broken"), OTHER_WIDTH),
        (at.is_null(), "at", pl.col("was:at"), "no readable time"),
        (at > latest, "at", pl.col("was:at"), "in the future"),
        (missing, "customer_id", pl.col("was:customer_id"), "missing"),
        (
            text("customer_id").str.len_chars() > LONGEST_ID,
            "customer_id",
            pl.col("was:customer_id"),
            f"longer than {LONGEST_ID} characters",
        ),
        (text("kind").is_null(), "kind", pl.lit(""), "missing"),
        (erased, "customer_id", pl.lit("[erased]"), "this person was erased"),
        (~text("customer_id").is_in(known.implode()), "customer_id", pl.col("was:customer_id"), "no such customer"),
    ]
    why, where, value = pl.lit(None, pl.String), pl.lit(None, pl.String), pl.lit(None, pl.String)
    for broken, name, shows, said in reversed(rules):
        why = pl.when(broken).then(pl.lit(said)).otherwise(why)
        where = pl.when(broken).then(pl.lit(name)).otherwise(where)
        value = pl.when(broken).then(shows).otherwise(value)
    yield why.alias("refused")
    yield where.alias("refused_field")
    yield value.alias("refused_value")


def _mends(long: pl.Expr, unknown: list[str]) -> Iterator[pl.Expr]:
    import polars as pl

    timed, number = pl.col("timed").struct, pl.col("number").struct
    told = {
        "zone": (~timed.field("zone"), "at", pl.lit(NO_ZONE)),
        "assumed": (timed.field("assumed").is_not_null(), "at", timed.field("assumed")),
        "product": (long, "product_id", pl.lit(f"longer than {LONGEST_ID} characters: left out")),
        "value": (number.field("why").is_not_null(), "value", number.field("why")),
    }
    for slot, (holds, name, why) in told.items():
        yield _mend(holds, name, pl.col(f"was:{name}"), why).alias(MEND + slot)
    for column in unknown:
        yield _mend(
            pl.col(column).is_not_null(), column, pl.col(column).cast(pl.String), pl.lit("unknown field: left out")
        ).alias(MEND + "unknown " + column)


def _mend(holds: pl.Expr, name: str, value: pl.Expr, why: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.when(holds).then(pl.struct(field=pl.lit(name), value=value, why=why))


def _distinct_times(mapped: pl.LazyFrame) -> list[str]:
    import polars as pl

    return mapped.select(pl.col("at").cast(pl.String).unique()).collect()["at"].drop_nulls().to_list()
