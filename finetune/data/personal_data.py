"""Who is somebody's? Personal data in texts to learn from, by presidio's pattern recognisers and Chinese ones of ours.

Patterns only: no language model reads along, so names of people are not found. What the shop itself publishes as its
contact (BRAND.yaml) is no personal data. Nothing is fetched, and nothing leaves this machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from core.errors import UserError
from core.shop import Brand

if TYPE_CHECKING:
    from presidio_analyzer import PatternRecognizer
    from presidio_analyzer.predefined_recognizers import PhoneRecognizer

Policy = Literal["refuse", "redact"]
SURE_ENOUGH = 0.4
"""presidio's score; patterns that need a word beside them to mean anything score less"""
FEWEST_DIGITS = 5
"""that a text without an @ must have to hold any of these; saves reading most texts"""
KINDS: Mapping[str, str] = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip",
    "MAC_ADDRESS": "mac",
    "US_SSN": "ssn",
    "UK_NHS": "nhs",
    "UK_NINO": "nino",
    "LOGIN_URL": "login",
    "CN_MOBILE": "phone",
    "CN_ID_CARD": "id-card",
    "CN_BANK_CARD": "card",
    "CN_ADDRESS": "address",
    "CN_WECHAT": "wechat",
    "CN_QQ": "qq",
}
"""presidio's name of a kind -> ours, which stands in its place in a redacted text"""
PHONE_REGIONS = ("US", "GB", "DE", "FR", "CN")
LOGIN_URL = r"\b[a-z][a-z0-9+.-]*://[^\s/@:]+:[^\s/@]+@[^\s/]+"
CALLED = re.compile(r"phone|call|tel\b|mobile|cell|fax|dial|ring|number|电话|手机|致电|拨打|号码", re.IGNORECASE)
"""a bare run of digits is a telephone number only after one of these; else it is an order's or an article's"""
CONTEXT = 30
"""characters before a run of digits that are read for it"""
WORTH_READING = re.compile(r"@|::|微信|[Ww]e[Cc]hat|[Vv][Xx]\b")


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of personal data: `text[start:end]`."""

    kind: str
    start: int
    end: int
    masked: str
    """enough to find it again, too little to learn it"""


def find(text: str, allowed: str = "") -> list[Found]:
    """Personal data in `text`, from left to right, none overlapping. What stands in `allowed` is the shop's own."""
    if not WORTH_READING.search(text) and sum(letter.isdigit() for letter in text) < FEWEST_DIGITS:
        return []
    spans = [
        (one.start, one.end, KINDS[one.entity_type])
        for recogniser in _recognisers()
        for one in recogniser.analyze(text, recogniser.supported_entities)
        if one.score >= SURE_ENOUGH and not (one.entity_type == "PHONE_NUMBER" and _is_bare(text, one.start, one.end))
    ]
    own = _plain(allowed)
    taken: list[Found] = []
    for start, end, kind in sorted(spans, key=lambda span: span[0] - span[1]):  # the longest first
        clear = all(end <= one.start or one.end <= start for one in taken)
        if clear and _plain(text[start:end]) not in own:
            taken.append(Found(kind, start, end, mask(text[start:end])))
    return sorted(taken, key=lambda one: one.start)


def redact(text: str, found: list[Found]) -> str:
    """`text` with each find as its kind: `write to <email>`."""
    for one in reversed(found):
        text = f"{text[: one.start]}<{one.kind}>{text[one.end :]}"
    return text


def mask(text: str) -> str:
    """The first and last characters, the others as stars.

    >>> mask("ann@example.org"), mask("QQ 12345")
    ('an***********rg', 'Q******5')
    """
    shown = 2 if len(text) > 8 else 1
    return text[:shown] + "*" * (len(text) - 2 * shown) + text[-shown:]


def own_contacts(brand: Brand) -> str:
    """What the shop says of itself and may be learned."""
    return "\n".join((brand.support_contact, brand.postal_address, brand.sender, brand.url))


def _is_bare(text: str, start: int, end: int) -> bool:
    return text[start:end].isdigit() and not CALLED.search(text[max(0, start - CONTEXT) : start])


def _plain(text: str) -> str:
    return re.sub(r"[\s()./-]|^\+", "", text.casefold()) or "\0"


@cache
def _recognisers() -> tuple[PatternRecognizer | PhoneRecognizer, ...]:
    try:
        return tuple(_built())
    except ImportError as error:
        fix = "run: pip install 'hawker[train]'"
        raise UserError("extra train", f"without {error.name}", "it installed", fix) from error


def _built() -> Iterator[PatternRecognizer | PhoneRecognizer]:
    """presidio's recognisers, called without its engine: the engine wants a language model that it would download."""
    from presidio_analyzer import Pattern, PatternRecognizer
    from presidio_analyzer import predefined_recognizers as presidio

    from finetune.data.chinese_recognisers import chinese_recognisers

    class Email(presidio.EmailRecognizer):
        """presidio's looks each domain up in a list that it fetches; an address of an unknown domain is one, too."""

        def validate_result(self, pattern_text: str) -> bool | None:
            return None

    yield PatternRecognizer("LOGIN_URL", patterns=[Pattern("login", LOGIN_URL, 0.9)])
    yield Email()
    yield presidio.PhoneRecognizer(supported_regions=PHONE_REGIONS)
    yield presidio.CreditCardRecognizer()
    yield presidio.IbanRecognizer()
    yield presidio.IpRecognizer()
    yield presidio.MacAddressRecognizer()
    yield presidio.UsSsnRecognizer()
    yield presidio.NhsRecognizer()
    yield presidio.UkNinoRecognizer()
    yield from chinese_recognisers()
