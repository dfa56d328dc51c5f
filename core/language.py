"""The two languages that Hawker writes, and how to pick a text in one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

T = TypeVar("T")


def in_language(texts: Mapping[str, T], language: str) -> T | None:
    """The entry of `texts` in `language`, else in English, else in any language, else None."""
    for choice in (language, "en", *texts):
        if choice in texts:
            return texts[choice]
    return None
