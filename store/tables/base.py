"""What all tables share: the declarative base, names of constraints, and short spellings of common columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase

from store.columns import Moment, Money, Sealed, SealedText

Json = Mapping[str, Any]
JsonList = list[Any]


class Base(DeclarativeBase):
    """Every table's base. Constraints are named alike everywhere, so that migrations can alter them by name."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        int: BigInteger(),
        datetime: Moment(),
        Decimal: Money(),
        Sealed: SealedText(),
        Json: JSON(none_as_null=True),
        JsonList: JSON(none_as_null=True),
    }


Id = String(200)
"""ids come from shops: any text, of sane length"""
