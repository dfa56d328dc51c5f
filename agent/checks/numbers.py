"""Every number in a text must be licensed by a fact: digits and number words, English and Chinese.

A number is a value with what follows it: `20%` and `20 days` are not licensed by `20 months`. A bare number is licensed
by the value alone, and a bare number in the facts licenses any unit but a percentage, a discount or money. Codes
such as `SPF50` or `3D` must stand in the facts as they are. A range is one number: facts that say `2 to 6` and `0-13`
do not license `2 to 13`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from agent.checks.number_words import CHINESE_NUMERAL, ENGLISH_NUMERAL, chinese_value, english_value, without_idioms

PERCENT = "percent"
MONEY = "money"
RELATIVE = frozenset({PERCENT, "discount"})

# Spelling -> unit. Longest spelling first when matched; singular and plural, both languages.
UNITS: dict[str, str] = {
    spelling: unit
    for unit, spellings in {
        PERCENT: "% percent per-cent 个百分点",
        MONEY: "$ € £ ¥ 元 块钱 usd eur gbp cny rmb dollars dollar euros euro bucks 美元 欧元 英镑 人民币",
        "second": "seconds second sec secs 秒",
        "minute": "minutes minute min mins 分钟",
        "hour": "hours hour hrs hr h 小时 钟头",
        "day": "days day 天 日",
        "week": "weeks week 周 星期 礼拜",
        "month": "months month 个月 月",
        "year": "years year yrs yr 年 周岁 岁",
        "inch": 'inches inch " ″ 英寸 寸',
        "foot": "feet foot ft 英尺",
        "cm": "centimeters centimeter centimetres centimetre cm 厘米 公分",
        "mm": "millimeters millimetres mm 毫米",
        "m": "meters meter metres metre m 米",
        "km": "kilometers kilometres km 公里 千米",
        "kg": "kilograms kilogram kg kgs 公斤 千克",
        "g": "grams gram g 克",
        "pound": "pounds pound lbs lb 磅",
        "ounce": "ounces ounce oz 盎司",
        "l": "liters liter litres litre l 升",
        "ml": "milliliters millilitres ml 毫升",
        "mah": "mah 毫安 毫安时",
        "w": "watts watt w 瓦",
        "piece": "pieces piece pcs 片 块 件",
        "discount": "折",
    }.items()
    for spelling in spellings.split()
}
_UNIT = "|".join(
    re.escape(spelling) + (r"(?![a-z])" if spelling[-1].isascii() and spelling[-1].isalpha() else "")
    for spelling in sorted(UNITS, key=len, reverse=True)
)
_DIGITS = r"\d+(?:[,.]\d+)*"
_FRACTION = r"\d+(?:[ -]\d+)?/\d+"
NUMBER = re.compile(
    rf"(?P<currency>[$€£¥]|\b(?:usd|eur|gbp|cny|rmb)\s*)?"
    rf"(?:(?P<fraction>{_FRACTION})|(?P<digits>{_DIGITS})|百分之(?P<percent>{CHINESE_NUMERAL}|{_DIGITS})"
    rf"|(?P<han>{CHINESE_NUMERAL})|(?<![a-z])(?P<english>{ENGLISH_NUMERAL})(?![a-z]))"
    rf"(?:st|nd|rd|th)?(?P<gap>[\s-]*)(?P<unit>{_UNIT})?",
    re.IGNORECASE,
)
# Letters and digits in one token, no known unit: a model number or a grade.
CODE = re.compile(
    r"(?<![a-z0-9])(?=[a-z0-9-]*[a-z])(?=[a-z0-9-]*\d)[a-z0-9]+(?:-[a-z0-9]+)*(?![a-z0-9])", re.IGNORECASE
)
RANGE = re.compile(r"(?<![\d-])(?<!\d[.,])(\d+)\s*(?:[a-z]+\s*)?(?:\bto\b|[-–—~至到])\s*(\d+)(?![\d.,-]*\d)")
_QUANTITY_TOKEN = re.compile(rf"\d+(?:st|nd|rd|th|s|-?(?:{_UNIT})(?:-[a-z]+)*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it was written, its value (a ratio's as text), and its unit if it has one that we know."""

    written: str
    value: Decimal | str
    unit: str | None
    alone: bool = False
    """the whole text is this number, as in a price field: its unit stands elsewhere"""

    def licensed_by(self, facts: Iterable[Quantity]) -> bool:
        return any(fact.value == self.value and self._unit_fits(fact) for fact in facts)

    def _unit_fits(self, fact: Quantity) -> bool:
        if self.unit == fact.unit:
            return True
        if self.unit is None:
            return fact.unit not in RELATIVE
        return fact.unit is None and self.unit not in RELATIVE and (self.unit != MONEY or fact.alone)


def unlicensed_numbers(text: str, licence: Sequence[str], language: str) -> list[str]:
    """Numbers in `text`, as written, that no string of `licence` holds. `language` is that of the text.

    >>> unlicensed_numbers("Back within two weeks for 20% off", ["returns within 2 weeks"], "en")
    ['20%']
    """
    del language  # both number systems occur in either language; kept so that all checks are called alike
    read = [_figures_of_fact(fact) for fact in licence]
    known = [quantity for figures, _ in read for quantity in figures]
    codes = {code for _, named in read for code in named}
    wrong = [quantity.written for quantity in quantities(text) if not quantity.licensed_by(known)]
    wrong += [code for code in _codes(_plain(text)) if code not in codes]
    ranges = {ends for fact in licence for ends in _ranges(fact)}
    wrong += [f"{low} to {high}" for low, high in _ranges(text) if (low, high) not in ranges]
    return list(dict.fromkeys(wrong))


@lru_cache(maxsize=4096)
def _figures_of_fact(fact: str) -> tuple[tuple[Quantity, ...], tuple[str, ...]]:
    """Quantities and codes of a fact; facts are judged against many texts, so each is read once."""
    return tuple(quantities(fact)), tuple(_codes(_plain(fact)))


def quantities(text: str) -> Iterator[Quantity]:
    """The numbers of `text` in their order. `one`, `a` and 一 count only before a unit: they are pronouns elsewhere."""
    plain = _without_codes(_plain(text))
    for match in NUMBER.finditer(plain):
        value = _value(match)
        unit = _unit(match)
        if value is None or (value == 1 and match["digits"] is None and unit is None):
            continue
        yield Quantity(match[0].strip(" -"), value, unit, alone=match[0].strip() == plain.strip())


@lru_cache(maxsize=4096)
def _ranges(text: str) -> tuple[tuple[str, str], ...]:
    """`ages 2 to 6` as (2, 6). A run of several dashes, as in a telephone number, is none."""
    return tuple((match[1], match[2]) for match in RANGE.finditer(_plain(text)))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return without_idioms(folded.replace("\u2044", "/"))  # NFKC writes ½ as 1, fraction slash, 2


def _codes(plain: str) -> list[str]:
    return [
        match[0] for match in CODE.finditer(plain) if not _QUANTITY_TOKEN.fullmatch(match[0]) and not _spelt(match[0])
    ]


def _without_codes(plain: str) -> str:
    return CODE.sub(lambda match: match[0] if _QUANTITY_TOKEN.fullmatch(match[0]) or _spelt(match[0]) else " ", plain)


def _spelt(token: str) -> bool:
    """`43-piece` is a number and a word, not a code."""
    return bool(re.fullmatch(r"\d+(?:-[a-z]{3,})+", token))


def _value(match: re.Match[str]) -> Decimal | str | None:
    if match["fraction"]:
        return match["fraction"].replace(" ", "-")
    if match["digits"]:
        return _decimal(match["digits"])
    if match["percent"]:
        digits = match["percent"]
        return _decimal(digits) if digits[0].isdigit() else chinese_value(digits)
    if match["han"]:
        return chinese_value(match["han"])
    return english_value(match["english"])


def _decimal(digits: str) -> Decimal | str:
    """1,200 is a thousand, 4,90 is a decimal; a dotted version or date (1.2.3) is compared as written."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        return Decimal(digits.replace(",", ""))
    if digits.count(".") + digits.count(",") <= 1:
        return Decimal(digits.replace(",", "."))
    return digits


def _unit(match: re.Match[str]) -> str | None:
    if match["percent"]:
        return PERCENT
    if match["currency"]:
        return MONEY
    if match["unit"] is None:
        return None
    return UNITS[match["unit"]]
