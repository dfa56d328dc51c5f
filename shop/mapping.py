"""Mapping files: how somebody else's records become records in Hawker's own layout (docs/LAYOUT.md, docs/examples).

A mapping names, per kind, the files, where their records lie, and for each of our fields the path of theirs with a few
small converters. It says nothing of whether the values are good: that is `shop.cleaning`'s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from core.errors import UserError
from core.yaml_file import read_yaml
from shop.dates import Order
from shop.sources import Format

Kind = Literal["products", "documents", "customers", "orders", "events", "reviews", "posts", "turns"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""in the order in which they are loaded: an order needs its customer"""


def _long(rules: Any) -> Any:
    """`price: Selling Price` is short for `price: {from: Selling Price}`."""
    if not isinstance(rules, dict):
        return rules
    return {name: {"from": rule} if isinstance(rule, str) else rule for name, rule in rules.items()}


Rules = Annotated[Mapping[str, "Rule"], BeforeValidator(_long)]


class Rule(BaseModel):
    """Where one of our fields comes from; the steps are taken in the order in which they stand here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str | tuple[str, ...] = Field("", alias="from")
    """a path (`name.first_name`, `items.*.price`), several of them, or `@line`, `@digest`, `@stem`"""
    constant: Any = None
    each: str = ""
    """the path of records inside the record, each of which `fields` makes into one of ours"""
    fields: Rules = Field(default_factory=dict)
    values: Mapping[str, Any] = Field(default_factory=dict)
    """their value -> ours; others stay"""
    replace: Mapping[str, str] = Field(default_factory=dict)
    """regular expression -> text"""
    split: str = ""
    """cut one text into trimmed parts; empty ones go"""
    remove: tuple[str, ...] = ()
    """parts, or texts inside a text, that are boilerplate"""
    pairs: str = ""
    """what stands between name and value in each part: makes names with values"""
    keep: Mapping[str, str] = Field(default_factory=dict)
    """of the pairs, the names to keep (blanks and case aside) -> our names, in this order"""
    scale: tuple[float, float] | None = None
    """their lowest and highest rating, drawn onto 1 to 5"""
    join: str | None = None
    """what to put between several texts to make one"""
    language: str = ""
    """the language that the value is in, for our fields that go by language"""

    @field_validator("replace")
    @classmethod
    def _compiles(cls, patterns: Mapping[str, str]) -> Mapping[str, str]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"'{pattern}' is no regular expression: {error}") from None
        return patterns


class ConsentRule(BaseModel):
    """A consent that every customer of these records gave (or refused), on the word of whoever wrote the mapping."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: str
    source: str
    granted: bool
    at: AwareDatetime | None = None
    """None: when the customer was first loaded"""


class RecordSource(BaseModel):
    """The files, or the table, of one kind and how to read them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = ""
    """a name or pattern under the loaded folder: `products.csv`, `knowledge/**/*.md`"""
    table: str = ""
    """of a database"""
    query: str = ""
    """a SELECT over a database, instead of one table"""
    format: Format | None = None
    records: str = ""
    encoding: str | None = None
    """None: recognised, and told"""
    dates: Order | None = None
    """what `03/04/2026` means; None: what the file's other dates prove"""
    fields: Rules = Field(default_factory=dict)
    """empty: the records are in our own layout"""
    consent: tuple[ConsentRule, ...] = ()
    optional: bool = False

    @model_validator(mode="after")
    def _names_one_place(self) -> RecordSource:
        if sum(map(bool, (self.file, self.table, self.query))) != 1:
            raise ValueError("exactly one of file, table, query")
        return self


class Mapped(BaseModel):
    """A whole mapping file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    brand: Mapping[str, Any] = Field(default_factory=dict)
    products: tuple[RecordSource, ...] = ()
    documents: tuple[RecordSource, ...] = ()
    customers: tuple[RecordSource, ...] = ()
    orders: tuple[RecordSource, ...] = ()
    events: tuple[RecordSource, ...] = ()
    reviews: tuple[RecordSource, ...] = ()
    posts: tuple[RecordSource, ...] = ()
    turns: tuple[RecordSource, ...] = ()

    def of(self, kind: Kind) -> tuple[RecordSource, ...]:
        sources: tuple[RecordSource, ...] = getattr(self, kind)
        return sources


def _own(*files: str) -> tuple[RecordSource, ...]:
    return tuple(RecordSource(file=file, optional=True) for file in files)


OWN_LAYOUT = Mapped(
    products=_own("products.jsonl", "products.csv"),
    documents=_own("knowledge/**/*.md", "knowledge/**/*.txt"),
    customers=_own("customers.jsonl", "customers.csv"),
    orders=_own("orders.jsonl", "orders.csv", "orders.parquet"),
    events=_own("events.jsonl", "events.csv", "events.parquet"),
    reviews=_own("reviews.jsonl", "reviews.csv"),
    posts=_own("posts.jsonl", "posts.csv"),
    turns=_own("turns.jsonl", "turns.csv"),
)
OWN_TABLES = Mapped.model_validate(
    {kind: ({"table": kind, "optional": True},) for kind in KINDS if kind != "documents"}
)
"""a database whose tables are called as our kinds, and their columns as our fields"""
BRAND_FILE = "BRAND.yaml"


def read_mapping(path: Path) -> Mapped:
    """The mapping in a YAML file. Raises `UserError` naming the first key that is wrong."""
    content = read_yaml(path, "--map")
    try:
        return Mapped.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        unknown = first["type"] == "extra_forbidden"
        value, expected = (place, "a known key") if unknown else (first.get("input"), first["msg"])
        raise UserError(f"{path.name}: {place}", value, expected, "see docs/LAYOUT.md") from None
