"""Reading single values as people write them: amounts, numbers, languages. What is ambiguous is not guessed.

Times are read in `shop.dates`.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

BEFORE, AFTER = r"(?:[A-Z]{3}|[$€£¥￥₩₹])?", r"(?:元|[A-Z]{3}|[€£¥￥])?"
AMOUNT = re.compile(rf"{BEFORE}(\d{{1,3}}(?:[,']\d{{3}})+|\d+)(\.\d+)?{AFTER}")
DECIMAL_COMMA = re.compile(rf"({BEFORE})(\d{{1,3}}(?:[.\u00a0\u202f ]\d{{3}})+|\d+),(\d{{1,2}})({AFTER})")
"""`12,50`, `1.299,00`, `1 299,00`: two places behind a comma are no thousands"""
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
BESIDE_MARKS = re.compile(
    r"\s+(?=[.元])|(?<=[.$€£¥￥₩₹])\s+|(?<=[A-Z]{3})\s+(?=\d)|(?<=\d)\s+(?=(?:[A-Z]{3}|[€£¥￥])$)"
)
CENT = Decimal("0.01")
LARGEST = 10**12
CURRENCY = re.compile(r"[A-Z]{3}")
SIGNS = {"€": "EUR", "£": "GBP", "₩": "KRW", "₹": "INR", "元": "CNY"}
"""signs that mean one currency; `$` and `¥` are several countries'"""
ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
YES, NO = {"true", "yes", "y", "1", "是"}, {"false", "no", "n", "0", "否"}
# Format characters that join emoji and shape scripts stay; of them only the byte order mark and U+200B go.
# Lone surrogates, which JSON lets through, are no text at all.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u200b\ud800-\udfff]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")
"""of these the ones that no program writes on purpose: something is wrong with the file"""
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
    text = _plain(value)
    # Only blanks that cannot part two numbers are closed: "$ 19 99" stays unclear.
    written = BESIDE_MARKS.sub("", text)
    if comma := DECIMAL_COMMA.fullmatch(written):
        written = f"{comma[1]}{re.sub(r'[^0-9]', '', comma[2])}.{comma[3]}{comma[4]}"
    if written.startswith("-") and _amount(written[1:]) is not None:
        raise Unreadable("a negative amount")
    said = [_amount(part) for part in written.split()]
    if said and None not in said and len(set(said)) == 1 and said[0] is not None:
        return said[0]
    ends = re.split(r"\s*[-–~]\s*", written)
    if len(ends) == 2 and all(_amount(end) is not None for end in ends):
        raise Unreadable("a range of amounts, not one")
    raise Unreadable("not an amount of money")


def has_decimal_comma(value: Any) -> bool:
    """Whether `read_money` takes the comma in it for what English writes as a point."""
    return DECIMAL_COMMA.fullmatch(BESIDE_MARKS.sub("", str(value).strip())) is not None


def read_currency(value: Any) -> str:
    """The ISO 4217 code, from `usd` or from a sign that means one currency."""
    text = read_text(value).upper()
    code = SIGNS.get(text, text)
    if not CURRENCY.fullmatch(code):
        raise Unreadable("not a currency code of three letters, as USD")
    return code


def currency_in(value: Any) -> str | None:
    """The currency that an amount names beside its digits; None where it names none, or one of several."""
    named = {SIGNS.get(mark, mark) for mark in re.findall(r"[A-Z]{3}|[€£₩₹元]", str(value))}
    return named.pop() if len(named) == 1 else None


def read_number(value: Any) -> float:
    """With or without thousands separators: `1299`, `1,299.5`."""
    text = str(value).strip()
    try:
        number = Decimal(text.replace(",", "") if GROUPED.fullmatch(text) else text)
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


def _plain(value: Any) -> str:
    """As written; a number without an exponent, which no amount has."""
    if isinstance(value, (float, Decimal)) and Decimal(value).is_finite():
        return format(Decimal(str(value)), "f")
    return str(value).strip()


def _amount(written: str) -> Decimal | None:
    match = AMOUNT.fullmatch(written)
    if match is None:
        return None
    amount = Decimal(re.sub("[,']", "", match[1]) + (match[2] or ""))
    # JSON knows no 94.80: its 94.8 is that amount, and is to be read so.
    if amount > LARGEST:
        raise Unreadable("too large")
    return amount.quantize(CENT) if amount.as_tuple().exponent == -1 else amount
