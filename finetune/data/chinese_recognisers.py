"""Personal data as it is written in China, as presidio recognisers: mobile, identity card, bank card, address, ids.

Sources: GB 11643-1999 (identity card, its check digit is ISO 7064 MOD 11-2), ISO/IEC 7812 (bank card, Luhn), the
numbering plan of MIIT (mobile numbers are 11 digits from 13 to 19).
"""

from __future__ import annotations

import re
from datetime import date

from presidio_analyzer import Pattern, PatternRecognizer

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
SURE = 0.9
MOBILE = r"(?<![\d.])(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"
IDENTITY_CARD = (
    r"(?<![\dA-Za-z])[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
)
BANK_CARD = r"(?<![\d.])62\d{2}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)"
ADDRESS = (
    r"(?:[\u4e00-\u9fff]{2,8}(?:省|自治区))?(?:[\u4e00-\u9fff]{2,8}?[市州盟])?(?:[\u4e00-\u9fff]{1,8}?[区县旗])?"
    r"[\u4e00-\u9fffA-Za-z0-9]{1,14}?(?:路|街道|街|大道|巷|弄|胡同)[东西南北中一二三四五六七八九]{0,2}段?\d{1,5}(?:号|弄)(?!线)"
    r"(?:[\u4e00-\u9fffA-Za-z0-9-]{0,12}?\d{1,5}(?:室|栋|幢|单元|楼|层))*"
)
"""a street with its number; province, city and district before it and the flat behind it, where they are named"""
WECHAT = r"(?:微信号?|[Ww]e[Cc]hat(?: ?[Ii][Dd])?|[Vv][Xx])\s*(?:号|是)?\s*[:：]\s*([A-Za-z][A-Za-z0-9_-]{5,19})"
QQ = r"(?:QQ|qq|扣扣)\s*(?:号码?|是)?\s*[:：]?\s*([1-9]\d{4,10})(?!\d)"


class IdentityCard(PatternRecognizer):
    """The 18 characters of a resident identity card, its birthday and check digit proved."""

    def __init__(self) -> None:
        super().__init__("CN_ID_CARD", patterns=[Pattern("identity card", IDENTITY_CARD, SURE)])

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the birthday is a day and the last character is the check digit of the others."""
        try:
            date(int(pattern_text[6:10]), int(pattern_text[10:12]), int(pattern_text[12:14]))
        except ValueError:
            return False
        return pattern_text[-1].upper() == check_digit(pattern_text[:17])


class BankCard(PatternRecognizer):
    """A card of UnionPay, 16 to 19 digits from 62; international cards are presidio's own."""

    def __init__(self) -> None:
        super().__init__("CN_BANK_CARD", patterns=[Pattern("bank card", BANK_CARD, SURE)])

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the Luhn sum is right."""
        return luhn(re.sub(r"\D", "", pattern_text))


def chinese_recognisers() -> list[PatternRecognizer]:
    """One recogniser a kind of data."""
    plain = {"CN_MOBILE": MOBILE, "CN_ADDRESS": ADDRESS, "CN_WECHAT": WECHAT, "CN_QQ": QQ}
    simple = [PatternRecognizer(kind, patterns=[Pattern(kind, regex, SURE)]) for kind, regex in plain.items()]
    return [*simple, IdentityCard(), BankCard()]


def check_digit(first: str) -> str:
    """Of the first 17 digits of an identity card.

    >>> check_digit("11010519491231002")
    'X'
    """
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def luhn(digits: str) -> bool:
    """Whether the last digit is right for those before it (ISO/IEC 7812-1, annex B).

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
