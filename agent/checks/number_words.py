"""Numbers written as words: one hundred and twenty, a dozen, 一百二十, 两. Idioms that look like numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from importlib import resources

import yaml

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ENGLISH: dict[str, Decimal] = {
    **{word: Decimal(value) for value, word in enumerate(_ONES.split())},
    **{word: Decimal(10 * value) for value, word in enumerate(_TENS.split(), start=2)},
    "half": Decimal("0.5"),
    "quarter": Decimal("0.25"),
    "twice": Decimal(2),
    "double": Decimal(2),
    "triple": Decimal(3),
    "dozen": Decimal(12),
    "dozens": Decimal(12),
}
SCALES: dict[str, Decimal] = {
    "hundred": Decimal(100),
    "hundreds": Decimal(100),
    "thousand": Decimal(1000),
    "thousands": Decimal(1000),
    "million": Decimal(10**6),
    "millions": Decimal(10**6),
    "billion": Decimal(10**9),
    "billions": Decimal(10**9),
}
_WORD = "|".join(sorted([*ENGLISH, *SCALES], key=len, reverse=True))
ENGLISH_NUMERAL = rf"(?:{_WORD})(?![a-z])(?:(?:[ -]+|\s+and\s+)(?:{_WORD})(?![a-z]))*"

HAN_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
# A numeral of one character is a word's part more often than a number, so it counts only before a measure word.
_MEASURE = (
    "天|日|周|星期|礼拜|个|年|月|岁|小时|分钟|秒|件|款|片|块|枚|只|双|套|寸|米|厘米|公分|毫米|公里|克|千克|公斤|斤|升|毫升|元|次|倍|折|种|张|本|层|档|"
    "包|盒|瓶|支|条|台|位|组|格|面|色|合一|英寸|磅"
)
CHINESE_NUMERAL = (
    rf"(?:[一二两三四五六七八九][十百千万亿][零〇一二三四五六七八九十百千万亿]*|[十百千万](?:[一二三四五六七八九](?!{_MEASURE}.)|(?={_MEASURE}))|"
    rf"[二三四五六七八九][零〇一二三四五六七八九]{{1,3}}|[一二两三四五六七八九十半](?={_MEASURE}))"
)


def without_idioms(text: str) -> str:
    """`text`, in lower case, without the phrases that look like numbers and are none (四季, one of a kind)."""
    return _idioms().sub(" ", text)


@cache
def _idioms() -> re.Pattern[str]:
    data = yaml.safe_load(resources.files("agent.checks.data").joinpath("number_idioms.yaml").read_text("utf-8"))
    return re.compile("|".join([*data["zh"], *(rf"\b(?:{phrase})\b" for phrase in data["en"])]))


def english_value(words: str) -> Decimal | None:
    """The value of an English numeral; two numerals in a row that are no number (`two three`) give the last one."""
    total, current = Decimal(0), Decimal(0)
    for word in re.split(r"[\s-]+(?:and\s+)?", words.lower()):
        if word in SCALES:
            scaled = max(current, Decimal(1)) * SCALES[word]
            total, current = (total + scaled, Decimal(0)) if SCALES[word] >= 1000 else (total, scaled)
        elif word in ENGLISH:
            value = ENGLISH[word]
            fits = not current or (current % 100 == 0) or (current % 100 >= 20 and current % 10 == 0 and value < 10)
            current = current + value if fits else value
    return total + current


def chinese_value(numeral: str) -> Decimal | None:
    """The value of a Chinese numeral, read by scale (一百二十) or digit by digit (二〇二六); 半 is a half."""
    if numeral == "半":
        return Decimal("0.5")
    if not any(character in HAN_SCALES for character in numeral):
        return Decimal("".join(str(HAN_DIGITS[character]) for character in numeral))
    total = section = digit = 0
    for character in numeral:
        if character in HAN_DIGITS:
            digit = HAN_DIGITS[character]
            continue
        scale = HAN_SCALES[character]
        if scale < 10**4:
            section += max(digit, 1) * scale
        else:
            total += max(section + digit, 1) * scale
            section = 0
        digit = 0
    return Decimal(total + section + digit)
