"""An order for advertising copy, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.facts import CheckResult, Conditioning, Fact

Parts = Mapping[str, str | list[str]]
"""part name -> text, or list of texts, as the channel wants them"""


@dataclass(frozen=True, slots=True)
class Brief:
    """What the copywriter asks for beyond the product; every field may be empty."""

    offer: str = ""
    key_message: str = ""
    keywords: tuple[str, ...] = ()
    must_say: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    url: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class CopyRequest:
    product_id: str
    channel: str
    brief: Brief = field(default_factory=Brief)
    segment: str | None = None
    customer_id: str | None = None
    """write for this customer's profile; `segment` overrides theirs"""
    language: str = "en"
    tone: str = ""
    count: int = 5
    seed: int = 0


@dataclass(frozen=True, slots=True)
class CopyVariant:
    parts: Parts
    rank: int
    score: float
    score_kind: str
    """`heuristic` or `outcomes`"""
    score_reasons: tuple[str, ...]
    facts: tuple[Fact, ...]
    """those that this variant states"""
    checks: tuple[CheckResult, ...]
    repaired: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """A candidate that failed, and why; never shown as copy."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class CopyResult:
    variants: tuple[CopyVariant, ...]
    dropped: tuple[Dropped, ...]
    conditioned_on: Conditioning
    prompt: str
    model: str
    adapter: str | None
    seed: int
    seconds: float
