"""E-mail drafts: one a campaign and recipient, whatever happens; texts and slots sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from core.mail import EmailDraft
from store.database import Database
from store.records import checks_from_json, checks_to_json, conditioning_from_json, conditioning_to_json, to_text
from store.sealing import Vault
from store.strangers import refusing_strangers
from store.tables.texts import DraftRow

PAGE = 500


class DraftBook:
    """The repository behind `Store.drafts`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def put(self, drafts: Iterable[EmailDraft]) -> None:
        """Keep what is new by (campaign, customer); a second draft of the same pair changes nothing.

        Raises `NotFound` (and keeps none of them) for a recipient who is not in the shop.
        """
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for draft in drafts:
            rows.setdefault((draft.campaign, draft.customer_id), self._row(draft))
        recipients = [customer_id for _, customer_id in rows]
        with refusing_strangers(self._database, recipients), self._database.write() as session:
            self._database.insert_new(session, DraftRow, list(rows.values()))

    def get(self, campaign: str, customer_id: str) -> EmailDraft | None:
        with self._database.read() as session:
            row = session.get(DraftRow, (campaign, customer_id))
        return None if row is None else self._draft(row)

    def of(self, campaign: str) -> Iterator[EmailDraft]:
        """All of a campaign in the order of the customers' ids, read a page at a time."""
        after = ""
        while True:
            page = select(DraftRow).where(DraftRow.campaign == campaign, DraftRow.customer_id > after)
            with self._database.read() as session:
                rows = session.scalars(page.order_by(DraftRow.customer_id).limit(PAGE)).all()
            if not rows:
                return
            yield from map(self._draft, rows)
            after = rows[-1].customer_id

    def customer_ids(self, campaign: str) -> set[str]:
        """Who has a draft already; nothing is decrypted."""
        with self._database.read() as session:
            return set(session.scalars(select(DraftRow.customer_id).where(DraftRow.campaign == campaign)))

    def _row(self, draft: EmailDraft) -> dict[str, Any]:
        seal = self._vault.row("drafts", draft.campaign, draft.customer_id).seal
        return {
            "campaign": draft.campaign,
            "customer_id": draft.customer_id,
            "context": draft.context,
            "subject": seal("subject", draft.subject),
            "body": seal("body", draft.body),
            "html": seal("html", draft.html),
            "slots": seal("slots", to_text(dict(draft.slots))),
            "checks": seal("checks", to_text(checks_to_json(draft.checks))),
            "conditioned_on": conditioning_to_json(draft.conditioned_on),
            "generation_key": draft.generation_key,
            "created": draft.created or datetime.now(UTC),
        }

    def _draft(self, row: DraftRow) -> EmailDraft:
        opened = self._vault.row("drafts", row.campaign, row.customer_id).open
        return EmailDraft(
            campaign=row.campaign,
            customer_id=row.customer_id,
            context=row.context,
            subject=opened("subject", row.subject),
            body=opened("body", row.body),
            html=opened("html", row.html),
            slots=json.loads(opened("slots", row.slots)),
            conditioned_on=conditioning_from_json(row.conditioned_on),
            checks=checks_from_json(json.loads(opened("checks", row.checks))),
            generation_key=row.generation_key,
            created=row.created,
        )
