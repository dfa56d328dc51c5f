"""What the desk says in its own words: texts.yaml, filled by code. No model has a part in these."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agent.slots import fill
from core.shop import Brand

DISCLOSURE: Mapping[str, str] = {
    "en": "You are chatting with the shop's automated assistant (an AI). It answers from the shop's own pages, "
    "and can tell you how to reach a person.",
    "zh": "您正在与本店的自动助手（人工智能）对话。它依据本店资料作答，也可以告诉您如何联系人工。",
}
"""Said once where a conversation starts, by the surface that shows it (Regulation (EU) 2024/1689, article 50)."""

_TEXTS = Path(__file__).with_name("texts.yaml")
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥"}


def say(name: str, language: str, **values: str) -> str:
    """The text `name` in `language` with its slots filled. Raises `KeyError` for a name that texts.yaml lacks."""
    return fill(str(_texts(language)[name]), values)


def contact_line(brand: Brand | None, language: str) -> str:
    """How to reach a person at this shop."""
    if brand is None or not brand.support_contact:
        return say("contact_unknown", language)
    return say("contact", language, support=brand.support_contact)


def order_state(status: str, language: str) -> str:
    """An order's status as the rest of "Your order ...": a known one in words, any other as it is written."""
    known: Mapping[str, str] = _texts(language)["states"]
    return known.get(status.lower()) or say("state_other", language, status=status)


def joined(pieces: list[str], language: str) -> str:
    """Sentences one after the other, or with `; ` and kin inside: Chinese has no space between them."""
    return ("" if language == "zh" else " ").join(piece for piece in pieces if piece)


def listed(items: list[str], language: str, last: str = "and") -> str:
    """`a, b and c`, or a、b、c."""
    if language == "zh":
        return "、".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)


def money(amount: Decimal, currency: str | None) -> str:
    """`$79.00`, or `79.00 SEK` where the sign is not unmistakable; the bare amount without a currency."""
    if currency in _SYMBOLS:
        return f"{_SYMBOLS[currency]}{amount:.2f}"
    return f"{amount:.2f} {currency}" if currency else f"{amount:.2f}"


def day(moment: datetime, language: str) -> str:
    """`3 May 2026`, or 2026年5月3日."""
    if language == "zh":
        return f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{moment.day} {moment:%B %Y}"


@cache
def _texts(language: str) -> dict[str, Any]:
    tables: dict[str, dict[str, Any]] = yaml.safe_load(_TEXTS.read_text(encoding="utf-8"))
    return tables.get(language, tables["en"])
