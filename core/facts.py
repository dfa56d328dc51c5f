"""What a text may say, and the proof that it may: facts, passages, citations, checks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One licensed statement. `source` is `product:TENT-2`, `brand`, `brief:offer`, `order:#W1`, `document:returns`."""

    key: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that was found, with where it stands."""

    id: str
    source: str
    """`document:ID`, or `product:ID`"""
    title: str
    text: str
    language: str
    score: float
    """fused rank score, comparable within one search only"""
    start: int = 0
    """offset of `text` in the document, in characters"""


@dataclass(frozen=True, slots=True)
class Citation:
    """Which source carries a sentence, and its words."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check on one text. `detail` says, for a failure, what to change; it is shown to people and to the model."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Conditioning:
    """What is known of the one spoken to, as it entered the prompt (`conditioned_on` in every output)."""

    segment: str | None = None
    sentiment: str | None = None
    intent: str | None = None
    language: str | None = None
