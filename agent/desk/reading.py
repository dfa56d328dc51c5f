"""Who is asking and what their message is: language, intent, sentiment, segment; identity checked against the session.

It reads, and decides nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import NotFound, UserError
from core.facts import Conditioning
from core.support import SupportQuestion
from insight.customers.visible import visible
from insight.reading.label import Label
from store.conversations import Turn

if TYPE_CHECKING:
    from agent.house import House

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the desk understands it, with what was said before it."""

    text: str
    language: str
    """that the desk answers in: `en` or `zh`"""
    intent: str
    intent_confidence: float
    sentiment: str
    segment: str | None
    customer_id: str | None
    conversation_id: str
    turns: tuple[Turn, ...]

    @property
    def conditioning(self) -> Conditioning:
        return Conditioning(self.segment, self.sentiment, self.intent, self.language)


def read_message(house: House, question: SupportQuestion) -> Message:
    """Raises `NotFound` for an unknown customer, and for a conversation that is not this customer's: to a stranger it
    does not exist.
    """
    if question.customer_id is not None:
        house.store.customers.get(question.customer_id)
    turns: tuple[Turn, ...] = ()
    before: str | None = None
    conversation_id = question.conversation_id
    if conversation_id is not None:
        before = _own_conversation(house, conversation_id, question.customer_id)
        turns = tuple(house.store.conversations.turns(conversation_id))
    language = answer_language(question, before)
    if conversation_id is None:
        conversation_id = house.store.conversations.start(question.customer_id, language)
    intent, sentiment = _labels(house, question.text)
    return Message(
        text=question.text,
        language=language,
        intent=intent.name,
        intent_confidence=intent.confidence,
        sentiment=sentiment.name,
        segment=_segment(house, question.customer_id),
        customer_id=question.customer_id,
        conversation_id=conversation_id,
        turns=turns,
    )


def answer_language(question: SupportQuestion, before: str | None) -> str:
    """The language to answer in: the one asked for, else the text's own, else the conversation's. The desk speaks
    English to whoever writes neither English nor Chinese.
    """
    if question.language is not None:
        return "zh" if question.language.startswith("zh") else "en"
    if _HAN.search(question.text):
        return "zh"
    if before is not None and not _LETTERS.search(question.text):
        return before
    return "en"


def _labels(house: House, text: str) -> tuple[Label, Label]:
    """Intent and sentiment. The desk does without where no head is trained for the configured embedder: its rules stand
    on words.
    """
    try:
        return house.readers.intent(text), house.readers.sentiment(text)
    except UserError:
        unread = Label("unknown", 0.0)
        return unread, unread


def _own_conversation(house: House, conversation_id: str, customer_id: str | None) -> str:
    """The language of a conversation that belongs to this customer (one begun before signing in may go on after it)."""
    conversation = house.store.conversations.get(conversation_id)
    if conversation.customer_id is not None and conversation.customer_id != customer_id:
        raise NotFound("conversation", conversation_id, "a conversation that was started", "start a new one")
    return conversation.language


def _segment(house: House, customer_id: str | None) -> str | None:
    profile = house.store.profiles.get(customer_id) if customer_id is not None else None
    return visible(profile, "support").segment if profile else None
