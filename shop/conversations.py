"""Support turns of the past as conversations: what was said is put in order, and paired into questions and answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from shop.acts import SpokenTurn
from store.past_conversations import PastConversation, PastTurn


def past_conversations(turns: Iterable[SpokenTurn]) -> list[PastConversation]:
    """By conversation, in the order in which they began. Of two customers in one conversation the first is its own."""
    by_id: dict[str, list[SpokenTurn]] = {}
    for turn in turns:
        by_id.setdefault(turn.conversation_id, []).append(turn)
    made = [_conversation(sorted(said, key=lambda turn: turn.at)) for said in by_id.values()]
    return sorted(made, key=lambda one: (one.started, one.id))


def _conversation(said: Sequence[SpokenTurn]) -> PastConversation:
    customer = next((turn.customer_id for turn in said if turn.customer_id), None)
    return PastConversation(said[0].conversation_id, customer, said[0].language, said[0].at, tuple(_pairs(said)))


def _pairs(said: Sequence[SpokenTurn]) -> Iterable[PastTurn]:
    """A question is all that the customer said in a row, its answer what the shop said then; either may be empty."""
    question: list[str] = []
    for role, several in groupby(said, key=lambda turn: turn.role):
        turns = list(several)
        texts = [turn.text for turn in turns]
        if role == "customer":
            question, asked = texts, turns[0].at
            continue
        yield PastTurn("\n".join(question), "\n".join(texts), asked if question else turns[0].at)
        question = []
    if question:
        yield PastTurn("\n".join(question), "", asked)
