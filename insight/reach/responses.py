"""Past contacts and what came of them, as tables: one row for each customer and channel, and each local hour.

A contact is an event of kind `sent` on a channel. Where a shop does not log what it sent, the days on which a share of
those who agreed responded on a channel are taken for its mailings, and each who had agreed by then for one who was
written to.
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl

from insight.behaviour.records import Behaviour

SENT = "sent"
RESPONSES = ("open", "click")
WINDOW = timedelta(days=7)
"""after a contact, in which an open or a click answers it"""
MAILING = 0.005
"""share of those who agreed who respond on the day after a mailing; a stray opening is no mailing"""
MERGED = 3
"""days with responses that follow each other this closely belong to one mailing"""


def contacts(behaviour: Behaviour, consents: pl.DataFrame) -> pl.DataFrame:
    """customer_id, channel, at, answered (Boolean): every contact, by the log or inferred from the responses.

    `consents`: customer_id, channel, granted, at. `behaviour` is cut at the moment of asking.
    """
    events = behaviour.events.filter(pl.col("channel").is_not_null()).collect()
    answers = events.filter(pl.col("kind").is_in(list(RESPONSES))).select("customer_id", "channel", "at")
    logged = events.filter(pl.col("kind") == SENT).select("customer_id", "channel", "at")
    sent = logged if logged.height else _inferred(answers, consents)
    return _answered(sent, answers)


def local_hours(times: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """The hour 0..23 on the shop's clock."""
    return times.dt.convert_time_zone(str(zone)).dt.hour()


def _inferred(answers: pl.DataFrame, consents: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for (channel,), own in answers.group_by("channel", maintain_order=True):
        said = consents.filter(pl.col("channel") == channel).sort("at")
        if said.is_empty():
            continue
        days = _mailings(own, said["customer_id"].n_unique())
        pairs = said.select("customer_id").unique(maintain_order=True).join(days, how="cross").sort("at")
        stands = pairs.join_asof(
            said.select("customer_id", "granted", "at"), on="at", by="customer_id", check_sortedness=False
        )
        parts.append(stands.filter("granted").select("customer_id", pl.lit(channel).alias("channel"), "at"))
    return pl.concat(parts) if parts else answers.clear()


def _mailings(answers: pl.DataFrame, asked: int) -> pl.DataFrame:
    """`at`: the start of each run of days on which enough of `asked` customers responded."""
    counted = (
        answers.group_by(day=pl.col("at").dt.truncate("1d")).agg(people=pl.col("customer_id").n_unique()).sort("day")
    )
    busy = counted.filter(pl.col("people") >= max(2, MAILING * asked))
    begins = (pl.col("day").diff() > timedelta(days=MERGED)).fill_null(True)
    return busy.filter(begins).select(at="day")


def _answered(sent: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Each contact with whether a response on the same channel followed within the window."""
    ordered = answers.sort("at").with_columns(answer=pl.col("at"))
    joined = sent.sort("at").join_asof(
        ordered, on="at", by=["customer_id", "channel"], strategy="forward", tolerance=WINDOW, check_sortedness=False
    )
    return joined.select("customer_id", "channel", "at", answered=pl.col("answer").is_not_null())
