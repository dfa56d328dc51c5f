"""Whether two records can bear the name of one person. A name that is missing or cut short contradicts nothing."""

from __future__ import annotations

import unicodedata

from core.customer import Customer


def first_names_agree(one: Customer, other: Customer) -> bool:
    return _agree(one.first_name, other.first_name)


def last_names_agree(one: Customer, other: Customer) -> bool:
    return _agree(one.last_name, other.last_name)


def _agree(one: str, other: str) -> bool:
    """`José` and `JOSE` do, and `A.` with `Ann`: an initial is all that many forms keep."""
    left, right = _plain(one), _plain(other)
    if not left or not right or left == right:
        return True
    short, long = sorted((left, right), key=len)
    return len(short) == 1 and short.isascii() and long.startswith(short)


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
