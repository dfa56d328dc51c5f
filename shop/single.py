"""One customer told by another program: cleaned as a row of a load is, but refused where a load would mend.

A file of ten thousand rows is better taken with a few fields left out than not at all; a program that tells us of one
person can be told what is wrong, and say it again. It does not know where the values come from, nor writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.customer import Customer
from core.errors import UserError
from shop.cleaning import clean_customer
from shop.fields import Fields, RowRefused
from shop.records import SourceRecord
from shop.report import Note


def read_customer(customer_id: str, content: Mapping[str, Any]) -> Customer:
    """The customer whom `content`, in our own layout without the id, describes. Raises `UserError` for the first thing
    that a load would refuse or mend."""
    row = Fields("customers", SourceRecord("body", 1, {**content, "id": customer_id}))
    try:
        clean = clean_customer(row)
        row.note_unknown()
    except RowRefused as refused:
        raise _told(refused.note) from None
    if row.mends:
        raise _told(row.mends[0])
    if clean.id != customer_id:
        raise UserError("id", customer_id, f"it in its plain form, {clean.id}")
    return clean


def _told(note: Note) -> UserError:
    return UserError(note.field, note.value, "a value that can be taken as it is", note.why.removesuffix(": left out"))
