"""Response to a campaign: of those it was written to, who clicked or ordered; learnt from what was known beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from core.errors import NotFound
from insight.behaviour.records import Behaviour, read_behaviour
from insight.predicting.snapshots import TIME, WORDS, known_of
from insight.predicting.tasks import TableTask

if TYPE_CHECKING:
    from store.opening import Store

RESPONSE = "response"
RESPONSES = ("click", "order")
"""kinds of outcome that count as an answer to the mail; an opening is too cheap"""


def response_task(store: Store, campaign: str) -> TableTask:
    """Of the recipients of `campaign`. Raises `NotFound` where it has none."""
    written = [(draft.customer_id, draft.created) for draft in store.drafts.of(campaign) if draft.created is not None]
    if not written:
        raise NotFound("--campaign", campaign, "a campaign with recipients", "generate it, and send its e-mails")
    came = {one.customer_id for one in store.outcomes.of(campaign) if one.kind in RESPONSES}
    recipients = pl.DataFrame(
        [(customer, at, customer in came) for customer, at in written],
        schema={"customer_id": pl.String, TIME: pl.Datetime("us", "UTC"), "answers": pl.Boolean},
        orient="row",
    )
    return contact_task(f"{RESPONSE}-{campaign}", read_behaviour(store), recipients, f"campaign {campaign}")


def contact_task(name: str, behaviour: Behaviour, contacts: pl.DataFrame, source: str) -> TableTask:
    """Whether a contact was answered. `contacts`: customer_id, `TIME`, answers; further columns are looked at, too.

    Contacts of one day share one look at the shop, as it stood at the day's start.
    """
    days = contacts.with_columns(pl.col(TIME).dt.truncate("1d"))
    parts = []
    for (day,), some in days.group_by(TIME, maintain_order=True):
        assert isinstance(day, datetime)
        known = known_of(behaviour, day - timedelta(microseconds=1))
        parts.append(some.join(known, on="customer_id", how="left", maintain_order="left"))
    table = pl.concat(parts)
    return TableTask(name, table, "answers", yes="true", id="customer_id", time=TIME, words=WORDS, source=source)
