"""One clear line where a row names a customer who is not there, instead of the database's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.errors import NotFound
from store.database import Database
from store.tables.people import CustomerRow


@contextmanager
def refusing_strangers(database: Database, customer_ids: Iterable[str | None]) -> Iterator[None]:
    """Turn the block's broken foreign key into `NotFound` naming the first customer that is missing."""
    try:
        yield
    except IntegrityError:
        with database.read() as session:
            strangers = {one for one in customer_ids if one} - set(session.scalars(select(CustomerRow.id)))
        if not strangers:
            raise
        raise NotFound("customer", min(strangers), "a customer of this shop", "load customers first") from None
