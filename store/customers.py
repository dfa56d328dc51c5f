"""Customers: identity sealed, found again by a blind index of e-mail and phone; consents as a history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.customer import Consent, Customer
from core.errors import NotFound
from store.database import Database
from store.people import aliases, merged_since, one_person, parts_of
from store.records import to_text
from store.sealing import Vault, normal_email, normal_phone
from store.tables.people import ConsentRow, CustomerRow

PAGE = 1000


class CustomerBook:
    """The repository behind `Store.customers`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def put(self, customers: Iterable[Customer]) -> None:
        """Insert or overwrite by id. Consents are added to those recorded: one that was given or taken back stays."""
        unique = {customer.id: customer for customer in customers}
        consents = [
            {
                "customer_id": customer.id,
                "channel": consent.channel,
                "at": consent.at,
                "granted": consent.granted,
                "source": consent.source,
            }
            for customer in unique.values()
            for consent in customer.consents
        ]
        rows = [self._row(customer) for customer in unique.values()]
        with self._database.write() as session:
            self._database.upsert(session, CustomerRow, rows)
            self._database.insert_new(session, ConsentRow, consents)

    def get(self, customer_id: str) -> Customer:
        """The person who has this id, under the id that stands for them. Raises `NotFound`, which names no other
        customer."""
        with self._database.read() as session:
            row = session.get(CustomerRow, customer_id)
            if row is None:
                raise NotFound("--customer", customer_id, "a customer of this shop", "see `hawker shop status`")
            return self._person(session, row)

    def all(self, after: str | None = None, limit: int | None = None) -> Iterator[Customer]:
        """Every person once, in the order of their ids, from behind `after`; read a page at a time, so that no
        transaction stays open."""
        left = limit
        while left is None or left > 0:
            page = select(CustomerRow).order_by(CustomerRow.id).limit(PAGE if left is None else min(PAGE, left))
            if after is not None:
                page = page.where(CustomerRow.id > after)
            with self._database.read() as session:
                rows = session.scalars(page).all()
                standing = aliases(session)
                merged = set(standing.values())
                alone = {one.id: one for one in self._customers(session, rows)}
                persons = {row.id: self._person(session, row) for row in rows if row.id in merged}
            found = [persons.get(row.id, alone[row.id]) for row in rows if row.id not in standing]
            yield from found
            if not rows:
                return
            after = rows[-1].id
            left = None if left is None else left - len(found)

    def find_by_email(self, email: str) -> Customer | None:
        """The customer with this address, however it is written; the first by id where several share it."""
        return self._find(CustomerRow.email_index == self._vault.blind("email", normal_email(email)))

    def find_by_phone(self, phone: str) -> Customer | None:
        """The customer with this number, however it is punctuated; the first by id where several share it."""
        return self._find(CustomerRow.phone_index == self._vault.blind("phone", normal_phone(phone)))

    def count(self) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(CustomerRow)) or 0

    def ids(self) -> set[str]:
        """All ids; nothing is decrypted."""
        with self._database.read() as session:
            return set(session.scalars(select(CustomerRow.id)))

    def languages(self) -> list[tuple[str, str, datetime | None]]:
        """Everybody's id, language and when they came, in the order of ids; nothing is decrypted."""
        wanted = select(CustomerRow.id, CustomerRow.language, CustomerRow.created).order_by(CustomerRow.id)
        with self._database.read() as session:
            return [(row.id, row.language, row.created) for row in session.execute(wanted)]

    def consents(self) -> dict[str, tuple[Consent, ...]]:
        """Everybody's consents by customer, oldest first; nothing is decrypted."""
        with self._database.read() as session:
            return _consents(session.scalars(select(ConsentRow).order_by(ConsentRow.at, ConsentRow.channel)))

    def _find(self, condition: Any) -> Customer | None:
        with self._database.read() as session:
            row = session.scalars(select(CustomerRow).where(condition).order_by(CustomerRow.id).limit(1)).first()
            return None if row is None else self._person(session, row)

    def records(self) -> Iterator[Customer]:
        """Every record as it was loaded, also of those who are one person."""
        with self._database.read() as session:
            found = self._customers(session, session.scalars(select(CustomerRow).order_by(CustomerRow.id)).all())
        yield from found

    def _person(self, session: Session, row: CustomerRow) -> Customer:
        parts = parts_of(session, row.id)
        if len(parts) == 1:
            return self._customers(session, [row])[0]
        rows = session.scalars(select(CustomerRow).where(CustomerRow.id.in_(parts)).order_by(CustomerRow.id)).all()
        records = {one.id: one for one in self._customers(session, rows)}
        return one_person([records[part] for part in parts], merged_since(session, parts))

    def _row(self, customer: Customer) -> dict[str, Any]:
        seal = self._vault.row("customers", customer.id).seal
        blind = self._vault.blind
        return {
            "id": customer.id,
            "first_name": seal("first_name", customer.first_name),
            "last_name": seal("last_name", customer.last_name),
            "email": seal("email", customer.email),
            "phone": seal("phone", customer.phone),
            "address": seal("address", customer.address),
            "attributes": seal("attributes", to_text(dict(customer.attributes))),
            "email_index": blind("email", normal_email(customer.email)) if customer.email else None,
            "phone_index": blind("phone", normal_phone(customer.phone)) if customer.phone else None,
            "language": customer.language,
            "created": customer.created,
        }

    def _customers(self, session: Session, rows: Sequence[CustomerRow]) -> list[Customer]:
        if not rows:
            return []
        theirs = select(ConsentRow).where(ConsentRow.customer_id.between(rows[0].id, rows[-1].id))
        consents = _consents(session.scalars(theirs.order_by(ConsentRow.at, ConsentRow.channel)))
        return [self._customer(row, consents.get(row.id, ())) for row in rows]

    def _customer(self, row: CustomerRow, consents: tuple[Consent, ...]) -> Customer:
        opened = self._vault.row("customers", row.id).open
        return Customer(
            id=row.id,
            first_name=opened("first_name", row.first_name),
            last_name=opened("last_name", row.last_name),
            email=opened("email", row.email),
            phone=opened("phone", row.phone),
            address=opened("address", row.address),
            language=row.language,
            attributes=json.loads(opened("attributes", row.attributes)),
            consents=consents,
            created=row.created,
        )


def _consents(rows: Iterable[ConsentRow]) -> dict[str, tuple[Consent, ...]]:
    said: dict[str, list[Consent]] = {}
    for row in rows:
        said.setdefault(row.customer_id, []).append(Consent(row.channel, row.granted, row.at, row.source))
    return {customer_id: tuple(consents) for customer_id, consents in said.items()}
