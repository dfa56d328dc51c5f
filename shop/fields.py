"""Typed reading of one record's fields: what cannot be read is left out and noted, or refuses the row if it is needed.

Knows nothing of products or customers; `shop.cleaning` says which fields there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from shop.dates import UNKNOWN_ORDER, DateOrder, read_time
from shop.records import SourceRecord
from shop.report import Note, shown
from shop.values import (
    CONTROLS,
    Unreadable,
    currency_in,
    has_decimal_comma,
    language_of,
    read_count,
    read_currency,
    read_email,
    read_language,
    read_money,
    read_number,
    read_text,
    read_yes_or_no,
)

LONGEST_ID = 200
CLOCKS_DIFFER = timedelta(days=1)
NOTHING = frozenset({"null", "none", "nan", "n/a", "#n/a", "undefined"})
"""what programs write where there is no id"""
T = TypeVar("T")


class RowRefused(Exception):
    """This row cannot be taken; caught by the loader, which reports `note`."""

    def __init__(self, note: Note) -> None:
        super().__init__(str(note))
        self.note = note


class Fields:
    """The fields of one record, and the notes on those that were mended."""

    def __init__(
        self,
        kind: str,
        record: SourceRecord,
        content: Any = None,
        prefix: str = "",
        order: DateOrder = UNKNOWN_ORDER,
    ) -> None:
        self.kind, self.record, self._prefix, self._order = kind, record, prefix, order
        self._content: Mapping[str, Any] = record.content if content is None else content
        self._asked: set[str] = set()
        self.mends: list[Note] = []

    def text(self, field: str, default: str = "") -> str:
        return self._read(field, read_text) or default

    def optional_text(self, field: str) -> str | None:
        return self._read(field, read_text) or None

    def needed_text(self, field: str) -> str:
        found = self._read(field, read_text)
        if not found:
            raise self.refused(field, "", "missing")
        return found

    def id(self, field: str) -> str:
        """A text that must be there, of sane length."""
        found = self.needed_text(field)
        if found.lower() in NOTHING:
            raise self.refused(field, found, "missing")
        if len(found) > LONGEST_ID:
            raise self.refused(field, found, f"longer than {LONGEST_ID} characters")
        return found

    def optional_id(self, field: str) -> str | None:
        found = self._read(field, read_text)
        if found and len(found) > LONGEST_ID:
            self.mend(field, found, f"longer than {LONGEST_ID} characters: left out")
            return None
        return None if not found or found.lower() in NOTHING else found

    def money(self, field: str, currency: str | None = None) -> Decimal | None:
        """An amount; one that names another currency than the row does is left out."""
        amount = self._read(field, read_money)
        written = self._content.get(field)
        named = currency_in(written)
        if amount is not None and currency and named and named != currency:
            self.mend(field, written, f"in {named}, while the row is in {currency}: left out")
            return None
        if amount is not None and has_decimal_comma(written):
            self.mend(field, written, f"a decimal comma: read as {amount}")
        return amount

    def currency(self, field: str, *amounts: str) -> str | None:
        """The row's currency, else the one that one of its `amounts` names."""
        said = self._read(field, read_currency)
        named = (currency_in(self._content[amount]) for amount in amounts if self._content.get(amount))
        return said or next((one for one in named if one), None)

    def number(self, field: str) -> float | None:
        return self._read(field, read_number)

    def count(self, field: str) -> int | None:
        return self._read(field, read_count)

    def yes_or_no(self, field: str) -> bool | None:
        return self._read(field, read_yes_or_no)

    def email(self, field: str) -> str | None:
        return self._read(field, read_email)

    def language(self, field: str, default: str = "en") -> str:
        return self._read(field, read_language) or default

    def time(self, field: str) -> datetime | None:
        moment = self._read(field, lambda value: read_time(value, self._order))
        if moment is None:
            return None
        for assumed in moment.assumed:
            self.mend(field, self._content[field], assumed)
        return moment.at

    def past_time(self, field: str) -> datetime | None:
        """A time of something that has happened; one to come is left out."""
        at = self.time(field)
        if at is not None and self.is_future(at):
            self.mend(field, self._content[field], "in the future: left out")
            return None
        return at

    def is_future(self, at: datetime) -> bool:
        """Whether `at` is later than clocks and time zones can differ."""
        return at > datetime.now(UTC) + CLOCKS_DIFFER

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts, or one text; empty ones go."""
        value = self._value(field)
        items = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
        read = (self._try(field, item, read_text) for item in items)
        return tuple(text for text in read if text)

    def mapping(self, field: str) -> dict[str, str]:
        """Names and texts, in their order; empty ones go."""
        return self._named_texts(field, self._value(field))

    def mappings(self, field: str) -> dict[str, dict[str, str]]:
        """Names and texts by language."""
        value = self._value(field)
        if value is not None and not isinstance(value, Mapping):
            raise self.refused(field, value, "not names with values by language")
        by_language = value if isinstance(value, Mapping) else {}
        return {
            language: self._named_texts(f"{field}.{language}", named)
            for language, named in self._languages(field, by_language)
        }

    def texts_by_language(self, field: str) -> dict[str, str]:
        """A text by language, or one text whose language is seen by its script."""
        value = self._value(field)
        if not isinstance(value, Mapping):
            text = self.text(field)
            return {language_of(text): text} if text else {}
        read = (
            (language, self._try(f"{field}.{language}", text, read_text))
            for language, text in self._languages(field, value)
        )
        return {language: text for language, text in read if text}

    def raw(self, field: str) -> Any:
        """The value as it stands, None where it is absent or empty."""
        return self._value(field)

    def children(self, field: str) -> Iterator[Fields]:
        """The records in a list; their notes are this row's."""
        value = self._value(field) or []
        if not isinstance(value, list):
            raise self.refused(field, value, "not a list")
        for at, content in enumerate(value):
            if not isinstance(content, Mapping):
                raise self.refused(f"{field}.{at}", content, "not an object with named fields")
            child = Fields(self.kind, self.record, content, f"{self._prefix}{field}.{at}.", self._order)
            child.mends = self.mends
            yield child
            child.note_unknown()

    def note_unknown(self) -> None:
        """A field that nobody asked for is most often a misspelt one."""
        for field in self._content:
            if field not in self._asked:
                self.mend(field, self._content[field], "unknown field: left out")

    def mend(self, field: str, value: object, why: str) -> None:
        self.mends.append(self._note(field, value, why))

    def refused(self, field: str, value: object, why: str) -> RowRefused:
        """The exception to raise where a row cannot be taken."""
        return RowRefused(self._note(field, value, why))

    def _value(self, field: str) -> Any:
        self._asked.add(field)
        value = self._content.get(field)
        return None if value == "" else value

    def _read(self, field: str, read: Callable[[Any], T]) -> T | None:
        value = self._value(field)
        return None if value is None else self._try(field, value, read)

    def _try(self, field: str, value: Any, read: Callable[[Any], T]) -> T | None:
        if value is None:
            return None
        try:
            found = read(value)
        except Unreadable as error:
            self.mend(field, value, f"{error}: left out")
            return None
        if isinstance(found, str) and isinstance(value, str) and CONTROLS.search(value):
            self.mend(field, value, "invisible characters: taken out")
        return found

    def _named_texts(self, field: str, named: Any) -> dict[str, str]:
        if named is not None and not isinstance(named, Mapping):
            self.mend(field, named, "not names with values: left out")
        items = named.items() if isinstance(named, Mapping) else ()
        read = {read_text(name): self._try(f"{field}.{name}", item, read_text) for name, item in items}
        return {name: text for name, text in read.items() if name and text}

    def _languages(self, field: str, by_language: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for key, value in by_language.items():
            language = self._try(f"{field}.{key}", key, read_language)
            if language is not None:
                yield language, value

    def _note(self, field: str, value: object, why: str) -> Note:
        line = self.record.line if isinstance(self.record.line, int) else shown(self.record.line)
        return Note(self.kind, self.record.file, line, shown(self._prefix + field), shown(value), why)
