"""Personal e-mails: a context that recipients share, the message written for it, the draft of one recipient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.facts import CheckResult, Conditioning, Fact


@dataclass(frozen=True, slots=True)
class EmailContext:
    """Everything the prompt sees. Recipients whose contexts are equal share one generation (DESIGN principle 4)."""

    campaign: str
    goal: str
    product_id: str
    language: str
    segment: str
    sentiment: str
    price_band: str
    favourite_category: str
    tone: str
    offer: str
    slots: tuple[str, ...]
    """names of the slots that every recipient of this context can fill, e.g. first_name, last_product"""
    recipient: str | None = None
    """a customer id where each recipient is written to alone (`--per recipient`)"""


@dataclass(frozen=True, slots=True)
class EmailMessage:
    """One message with its slots open: `{first_name}`."""

    subject: str
    body: str
    call_to_action: str
    facts: tuple[Fact, ...]
    checks: tuple[CheckResult, ...]
    repaired: bool
    prompt: str
    model: str
    adapter: str | None
    generation_key: str
    new_tokens: int


@dataclass(frozen=True, slots=True)
class EmailDraft:
    """One recipient's e-mail, slots filled, waiting for a person's approval."""

    campaign: str
    customer_id: str
    context: str
    """hash of the context"""
    subject: str
    body: str
    html: str
    slots: Mapping[str, str]
    conditioned_on: Conditioning
    checks: tuple[CheckResult, ...]
    generation_key: str
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class EmailOutcome:
    """What became of one context: a message, or the reasons why none passed. Never a template in its place."""

    context: EmailContext
    message: EmailMessage | None
    reasons: tuple[str, ...]
    generations: int
    """texts generated in this run; texts found in the store cost nothing"""
    new_tokens: int
