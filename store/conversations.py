"""Conversations at the support desk: turns in order, every word sealed."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import delete, func, select

from core.errors import NotFound
from core.facts import Conditioning
from core.support import Action, Sentence, Stage, SupportAnswer, SupportQuestion, ToldTurn
from store.database import Database
from store.past_conversations import PastConversation, PastTurn
from store.records import (
    checks_from_json,
    checks_to_json,
    citations_from_json,
    citations_to_json,
    conditioning_from_json,
    conditioning_to_json,
    sentences_from_json,
    sentences_to_json,
    to_text,
)
from store.sealing import Vault
from store.strangers import refusing_strangers
from store.tables.texts import ConversationRow, TurnRow

if TYPE_CHECKING:
    import polars

IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Conversation:
    """Whose it is: a turn may be added for the same customer only, which the caller checks."""

    id: str
    customer_id: str | None
    language: str
    started: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked and what was answered, as the next turn's memory needs it."""

    question: str
    answer: str
    action: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A question that a person had to take."""

    id: str
    """the conversation and the turn's number in it"""
    question: str
    language: str
    at: datetime
    reason: str


class ConversationBook:
    """The repository behind `Store.conversations`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def start(self, customer_id: str | None, language: str) -> str:
        """Open a conversation and return its id (random: it cannot be guessed)."""
        made = uuid.uuid4().hex
        with refusing_strangers(self._database, [customer_id]), self._database.write() as session:
            row = ConversationRow(id=made, customer_id=customer_id, language=language, started=datetime.now(UTC))
            session.add(row)
        return made

    def get(self, conversation_id: str) -> Conversation:
        """Raises `NotFound`."""
        with self._database.read() as session:
            row = session.get(ConversationRow, conversation_id)
        if row is None:
            raise _unknown(conversation_id)
        return Conversation(row.id, row.customer_id, row.language, row.started)

    def add_turn(
        self,
        conversation_id: str,
        question: SupportQuestion,
        answer: SupportAnswer,
        stages: Sequence[Stage] = (),
        sentences: Sequence[Sentence] = (),
    ) -> None:
        """Write down one turn behind the last, and the steps in which it was told. Raises `NotFound` for an unknown
        conversation."""
        detail = {
            "reason": answer.reason,
            "citations": citations_to_json(answer.citations),
            "checks": checks_to_json(answer.checks),
            "stages": list(stages),
            "sentences": sentences_to_json(sentences),
        }
        with self._database.write() as session:
            # Locks the conversation on PostgreSQL, so that two turns never take one number; SQLite is locked whole.
            if session.get(ConversationRow, conversation_id, with_for_update=True) is None:
                raise _unknown(conversation_id)
            last = session.scalar(select(func.max(TurnRow.number)).where(TurnRow.conversation_id == conversation_id))
            number = (last or 0) + 1
            seal = self._vault.row("turns", conversation_id, number).seal
            turn = TurnRow(
                conversation_id=conversation_id,
                number=number,
                question=seal("question", question.text),
                answer=seal("answer", answer.answer),
                detail=seal("detail", to_text(detail)),
                action=answer.action,
                sources=list(dict.fromkeys(citation.source for citation in answer.citations)),
                conditioned_on=conditioning_to_json(answer.conditioned_on),
                prompt=answer.prompt,
                model=answer.model,
                seconds=answer.seconds,
                first_text_seconds=answer.first_text_seconds,
                at=datetime.now(UTC),
                secret=_digest(question.turn_id) if question.turn_id else None,
            )
            session.add(turn)

    def put_past(self, conversations: Iterable[PastConversation]) -> None:
        """Write down conversations that were had elsewhere; one that is here already is written anew. Their answers
        are marked with the reason `imported`."""
        for past in conversations:
            made = self._vault.blind("past conversation", past.id)
            rows = [self._past_turn(made, number, turn) for number, turn in enumerate(past.turns, 1)]
            head = ConversationRow(id=made, customer_id=past.customer_id, language=past.language, started=past.started)
            with refusing_strangers(self._database, [past.customer_id]), self._database.write() as session:
                session.execute(delete(ConversationRow).where(ConversationRow.id == made))
                session.add(head)
                session.flush()
                session.add_all(rows)

    def turns(self, conversation_id: str, last: int = 6) -> list[Turn]:
        """The newest `last` turns, the oldest of them first; none for an unknown conversation."""
        newest = select(TurnRow).where(TurnRow.conversation_id == conversation_id)
        newest = newest.order_by(TurnRow.number.desc()).limit(last)
        with self._database.read() as session:
            rows = session.scalars(newest).all()
        return [self._turn(row) for row in reversed(rows)]

    def readings(self) -> polars.DataFrame:
        """How the questions of known customers were read, a row a turn: customer_id, at, intent, sentiment (null where
        nobody read it). No word of a turn is opened."""
        from store.turn_table import read_turn_table

        return read_turn_table(self._database)

    def handed_over(self, since: datetime | None = None) -> list[HandedOver]:
        """The questions that went to a person, oldest first, those after `since` alone where given."""
        wanted = select(TurnRow, ConversationRow.language).join(ConversationRow).where(TurnRow.action == "handoff")
        if since is not None:
            wanted = wanted.where(TurnRow.at > since)
        wanted = wanted.order_by(TurnRow.at, TurnRow.conversation_id, TurnRow.number)
        with self._database.read() as session:
            rows = session.execute(wanted).all()
        return [self._handed_over(row, language) for row, language in rows]

    def _handed_over(self, row: TurnRow, language: str) -> HandedOver:
        opened = self._vault.row("turns", row.conversation_id, row.number).open
        reason = json.loads(opened("detail", row.detail))["reason"]
        return HandedOver(
            f"{row.conversation_id}/{row.number}", opened("question", row.question), language, row.at, reason
        )

    def told(self, turn_id: str) -> ToldTurn | None:
        """The turn that was stored under this secret, as it was told; None where there is none."""
        wanted = select(TurnRow, ConversationRow.customer_id).join(ConversationRow)
        with self._database.read() as session:
            found = session.execute(wanted.where(TurnRow.secret == _digest(turn_id))).first()
        if found is None:
            return None
        row, customer_id = found
        opened = self._vault.row("turns", row.conversation_id, row.number).open
        detail = json.loads(opened("detail", row.detail))
        answer = SupportAnswer(
            answer=opened("answer", row.answer),
            action=cast(Action, row.action),
            reason=detail["reason"],
            citations=citations_from_json(detail["citations"]),
            conditioned_on=conditioning_from_json(row.conditioned_on),
            checks=checks_from_json(detail["checks"]),
            conversation_id=row.conversation_id,
            prompt=row.prompt,
            model=row.model,
            seconds=row.seconds,
            first_text_seconds=row.first_text_seconds,
        )
        return ToldTurn(customer_id, tuple(detail["stages"]), sentences_from_json(detail["sentences"]), answer)

    def _past_turn(self, conversation_id: str, number: int, turn: PastTurn) -> TurnRow:
        seal = self._vault.row("turns", conversation_id, number).seal
        detail = {"reason": IMPORTED, "citations": [], "checks": [], "stages": [], "sentences": []}
        return TurnRow(
            conversation_id=conversation_id,
            number=number,
            question=seal("question", turn.question),
            answer=seal("answer", turn.answer),
            detail=seal("detail", to_text(detail)),
            action="answer" if turn.answer else "handoff",
            sources=[],
            conditioned_on=conditioning_to_json(Conditioning()),
            prompt=None,
            model=None,
            seconds=0.0,
            first_text_seconds=0.0,
            at=turn.at,
            secret=None,
        )

    def _turn(self, row: TurnRow) -> Turn:
        opened = self._vault.row("turns", row.conversation_id, row.number).open
        return Turn(opened("question", row.question), opened("answer", row.answer), row.action, tuple(row.sources))


def _digest(turn_id: str) -> str:
    return hashlib.sha256(turn_id.encode()).hexdigest()


def _unknown(conversation_id: str) -> NotFound:
    return NotFound("conversation", conversation_id, "a conversation that was started", "start a new one")
