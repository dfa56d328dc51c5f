"""Lengths as platforms count them: characters, double-width characters as two, SMS parts."""

from __future__ import annotations

import math
import unicodedata

# 3GPP TS 23.038, default alphabet and its extension table (two septets each).
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("^{}\\[~]|€\f")


def width(text: str, double_width: bool) -> int:
    """Length of `text` in characters; with `double_width`, East Asian wide and full-width characters count two.

    >>> width("防水 tent", True)
    9
    """
    if not double_width:
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def is_gsm7(text: str) -> bool:
    """Can an SMS carry `text` in the GSM 7-bit alphabet?"""
    return all(character in GSM_BASIC or character in GSM_EXTENSION for character in text)


def sms_parts(text: str) -> int:
    """How many SMS carry `text`: 160 septets, or 153 in each of several; 70 UCS-2 units, or 67 (3GPP TS 23.040)."""
    if not text:
        return 0
    if is_gsm7(text):
        length, alone, joined = len(text) + sum(character in GSM_EXTENSION for character in text), 160, 153
    else:
        length, alone, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= alone else math.ceil(length / joined)
