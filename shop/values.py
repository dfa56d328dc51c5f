"""Reading single values as people write them: amounts, times, languages. What is ambiguous is not guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

AMOUNT = re.compile(r"(?:[A-Z]{3}|[$€£¥￥₩₹])?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:元|[A-Z]{3}|[€£¥￥])?")
BESIDE_MARKS = re.compile(r"\s+(?=[.元])|(?<=[.$€£¥￥₩₹])\s+|(?<=[A-Z]{3})\s+(?=\d)|(?<=\d)\s+(?=[A-Z]{3}$)")
CENT = Decimal("0.01")
LARGEST = 10**12
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200
ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
YES, NO = {"true", "yes", "y", "1", "是"}, {"false", "no", "n", "0", "否"}
# Format characters that join emoji and shape scripts stay; of them only the byte order mark and U+200B go.
# Lone surrogates, which JSON lets through, are no text at all.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u200b\ud800-\udfff]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Unreadable(ValueError):
    """The value does not say one clear thing; the message says why."""


def read_text(value: Any) -> str:
    """Trimmed, in Unicode's composed form, without invisible characters (byte order marks, controls)."""
    if isinstance(value, (dict, list)):
        raise Unreadable("not a text")
    text = unicodedata.normalize("NFC", str(value).replace("\r\n", "\n"))
    return INVISIBLE.sub("", text).strip()


def read_money(value: Any) -> Decimal:
    """An amount with or without currency: `237.68`, `$1,299.00`, `199元`, `$6.94 $ 6 . 94` (said twice)."""
    # Only blanks that cannot part two numbers are closed: "$ 19 99" stays unclear.
    written = BESIDE_MARKS.sub("", str(value).strip())
    said = [_amount(part) for part in written.split()]
    if said and None not in said and len(set(said)) == 1 and said[0] is not None:
        return said[0]
    ends = re.split(r"\s*[-–~]\s*", written)
    if len(ends) == 2 and all(_amount(end) is not None for end in ends):
        raise Unreadable("a range of amounts, not one")
    raise Unreadable("not an amount of money")


def read_time(value: Any) -> tuple[datetime, bool]:
    """An ISO 8601 date or time as UTC, and whether it named its zone (a date or time without one is taken as UTC)."""
    if isinstance(value, datetime):
        at = value
    else:
        try:
            at = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise Unreadable("not a date or time in ISO 8601, as 2026-03-01T12:00:00Z") from None
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        raise Unreadable(f"not between the years {EARLIEST_YEAR} and {LATEST_YEAR}")
    return (at.replace(tzinfo=UTC), False) if at.tzinfo is None else (at.astimezone(UTC), True)


def read_number(value: Any) -> float:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise Unreadable("not a number") from None
    if not number.is_finite():
        raise Unreadable("not a number")
    if abs(number) > LARGEST:
        raise Unreadable("too large")
    return float(number)


def read_count(value: Any) -> int:
    """A whole number from zero up; `3.0` is one."""
    number = read_number(value)
    if number < 0 or number != int(number):
        raise Unreadable("not a whole number from 0 up")
    return int(number)


def read_yes_or_no(value: Any) -> bool:
    word = str(value).strip().lower()
    if word in YES or word in NO:
        return word in YES
    raise Unreadable("neither yes nor no")


def read_email(value: Any) -> str:
    text = read_text(value)
    if not ADDRESS.fullmatch(text):
        raise Unreadable("not an e-mail address")
    return text


def read_language(value: Any) -> str:
    """The ISO 639-1 code: `zh` from `zh-CN`, `zh_Hans`, `ZH`."""
    code = re.split(r"[-_]", str(value).strip().lower())[0]
    if not re.fullmatch(r"[a-z]{2}", code):
        raise Unreadable("not a language code of two letters, as en")
    return code


def language_of(text: str) -> str:
    """English or Chinese by the script: a fifth of Chinese characters makes a text Chinese."""
    return "zh" if len(CHINESE.findall(text)) * 5 >= max(len(text), 1) else "en"


def _amount(written: str) -> Decimal | None:
    match = AMOUNT.fullmatch(written)
    if match is None:
        return None
    amount = Decimal(match[1].replace(",", "") + (match[2] or ""))
    # JSON knows no 94.80: its 94.8 is that amount, and is to be read so.
    if amount > LARGEST:
        raise Unreadable("too large")
    return amount.quantize(CENT) if amount.as_tuple().exponent == -1 else amount
