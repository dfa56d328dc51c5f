"""Questions that the desk could not answer for want of knowledge, from the record of its turns."""

from __future__ import annotations

from datetime import datetime

from insight.market.remarks import Remark
from store.opening import Store

WANTING = ("not in the knowledge", "a complaint that the knowledge does not cover")
"""how such a turn's reason begins; who asked for a person was not left without an answer"""


def unanswered(store: Store, since: datetime | None = None) -> list[Remark]:
    """Oldest first; those after `since` alone where given."""
    return [
        Remark(turn.id, " ".join(turn.question.split()), turn.language, turn.at)
        for turn in store.conversations.handed_over(since)
        if turn.reason.startswith(WANTING)
    ]
