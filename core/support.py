"""One turn at the support desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.facts import CheckResult, Citation, Conditioning

Action = Literal["answer", "clarify", "tool", "handoff", "refuse"]
Stage = Literal["understanding", "searching", "writing"]
"""what the desk is at, before the first sentence is there"""


@dataclass(frozen=True, slots=True)
class SupportQuestion:
    text: str
    customer_id: str | None = None
    """the customer as identified by the caller's session, never by the text"""
    conversation_id: str | None = None
    language: str | None = None
    """None: that of the text"""
    turn_id: str | None = None
    """a secret of the caller's making, under which the answer can be told once more; None: it will not be asked for"""
    quote_from: float | None = None
    """moment of `time.monotonic()` from which on the pages' own words, where they answer, are shown rather than waiting
    for the model to begin; None: it is waited for"""


@dataclass(frozen=True, slots=True)
class SupportAnswer:
    answer: str
    action: Action
    reason: str
    citations: tuple[Citation, ...]
    conditioned_on: Conditioning
    checks: tuple[CheckResult, ...]
    conversation_id: str
    prompt: str | None
    """None where no model was asked"""
    model: str | None
    seconds: float
    first_text_seconds: float
    """from the question to the first text that its asker sees, after its checks"""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A checked piece of an answer, on its way to the customer before the rest is written."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ToldTurn:
    """An answer together with how it was told, so that it can be told again in the same steps."""

    customer_id: str | None
    stages: tuple[Stage, ...]
    sentences: tuple[Sentence, ...]
    answer: SupportAnswer
