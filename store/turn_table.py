"""How the support desk read its customers' questions, as one Polars table. Their words stay sealed."""

from __future__ import annotations

from typing import Any

import polars
from sqlalchemy import select

from store.database import Database
from store.tables.texts import ConversationRow, TurnRow

SCHEMA: dict[str, Any] = {
    "customer_id": polars.String,
    "at": polars.Datetime("us", "UTC"),
    "intent": polars.String,
    "sentiment": polars.String,
}


def read_turn_table(database: Database) -> polars.DataFrame:
    """Columns as in `SCHEMA`, in the order of the conversations' ids and their turns; strangers' turns are left out."""
    wanted = (
        select(ConversationRow.customer_id, TurnRow.at, TurnRow.conditioned_on)
        .join(ConversationRow)
        .where(ConversationRow.customer_id.is_not(None))
        .order_by(TurnRow.conversation_id, TurnRow.number)
    )
    with database.read() as session:
        rows = [
            (customer, at, read.get("intent"), read.get("sentiment")) for customer, at, read in session.execute(wanted)
        ]
    return polars.DataFrame(rows, schema=SCHEMA, orient="row")
