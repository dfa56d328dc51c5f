"""What the desk may do with a message, decided in code before anything is looked up: rules first, classifiers second.

The rules are in their order of precedence. A message that no rule takes goes to the tools and to the knowledge.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.desk.extraction import Asked
from agent.desk.memory import repeated_failure
from agent.desk.reading import Message
from agent.desk.triggers import triggered
from core.support import Action


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is done, which text of texts.yaml says it, and the reason for the record."""

    action: Action
    text: str
    reason: str


def rule(message: Message, asked: Asked) -> Ruling | None:
    """The ruling on `message`, or None where it is for the tools and the knowledge to answer."""
    for trigger, ruling in _RULES:
        if triggered(trigger, message.text):
            return ruling
    angry = triggered("angry", message.text) or message.sentiment == "negative"
    if angry and repeated_failure(message.turns):
        return Ruling("handoff", "handoff_angry", "angry after an answer that did not help")
    if message.intent == "human_agent" and message.intent_confidence >= SURE:
        return Ruling("handoff", "handoff_person", "asked for a person")
    if not asked.terms and not asked.background:
        if message.intent == "small_talk":
            return Ruling("answer", "greeting", "small talk")
        subject = "clarify_subject" if asked.expected else "clarify_empty"
        return Ruling("clarify", subject, "the message names nothing to look for")
    return None


def rule_unanswered(message: Message, asked: Asked, found_any_word: bool) -> Ruling:
    """The ruling where nothing answers. `found_any_word`: whether any passage has a word of the question."""
    stranger = not found_any_word and not _addresses_shop(message.text)
    if stranger and message.intent == "out_of_scope" and message.intent_confidence >= SURE:
        return Ruling("refuse", "refuse_scope", "out of scope")
    if message.intent == "complaint" or (message.sentiment == "negative" and triggered("angry", message.text)):
        return Ruling("handoff", "handoff_complaint", "a complaint that the knowledge does not cover")
    return Ruling("handoff", "handoff_not_found", "not in the knowledge")


SURE = 0.8
"""confidence from which a classifier alone may decide"""
_RULES = (
    ("injection", Ruling("refuse", "refuse_injection", "asks for instructions or another role")),
    ("others", Ruling("refuse", "refuse_others", "asks for another person's data")),
    ("danger", Ruling("handoff", "handoff_danger", "legal, safety or medical")),
    ("person", Ruling("handoff", "handoff_person", "asked for a person")),
    ("about_desk", Ruling("answer", "about_desk", "asked what it speaks to")),
    ("greeting", Ruling("answer", "greeting", "small talk")),
    ("thanks", Ruling("answer", "thanks", "small talk")),
    ("task", Ruling("refuse", "refuse_scope", "out of scope")),
)


def _addresses_shop(text: str) -> bool:
    plain = f" {text.lower()} "
    return any(
        word in plain for word in (" you", " your", " my ", "order", "shop", "store", "你", "您", "订单", "店", "买")
    )
