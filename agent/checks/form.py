"""Is a line well-formed: no stutter, no shouting, no markup, no leaked prompt, not broken off? It knows no facts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from agent.checks.language import HAN
from agent.slots import SLOT, without_slots

MARKUP = re.compile(r"[<>|#*_`~\\^=]|\[|\]|https?://")
LABEL = re.compile(
    r"\b(subject|body|goal|reader|product|facts?|tone|mood|price|offer|suggestion|opening|closing|button|headline"
    r"|description|assistant|user|system)\s*:|(主题|正文|目的|读者|商品|事实|语气|价格|优惠|按钮|标题)\s*[:：]",
    re.IGNORECASE,
)
PICTURES = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
BROKEN_OFF = re.compile(
    r"\b(a|an|the|and|or|but|of|to|in|on|at|for|with|from|by|as|your|our|its|is|are|that|which|because|if|so|very)"
    r"[\s.!?,;:]*$",
    re.IGNORECASE,
)
BROKEN_OFF_ZH = re.compile(r"[的和与或在把被对给从向为以及,，、:：]$")
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
SHOUTED_FROM = 3
"""words in capitals, from which on a line shouts; one or two may be names"""


def flaws(text: str, language: str) -> list[str]:
    """What is wrong with the form of `text`, in words; empty if nothing.

    >>> flaws("Soft soft wool and and", "en")
    ['repeats a word', 'is broken off']
    """
    return list(_flaws(text.strip(), language))


def _flaws(text: str, language: str) -> Iterator[str]:
    bare = without_slots(text)
    if PICTURES.search(bare):
        yield "has emoji or arrows"
    if MARKUP.search(bare) or re.search(r"[{}]", SLOT.sub("", text)):
        yield "has markup"
    if LABEL.search(bare):
        yield "repeats the form of the request"
    if _stutters(text, language):
        yield "repeats a word" if language == "en" else "重复"
    if _shouts(bare):
        yield "is in capitals"
    if (BROKEN_OFF_ZH if language == "zh" else BROKEN_OFF).search(text):
        yield "is broken off"
    if bare.count("(") != bare.count(")") or bare.count('"') % 2 or bare.count("“") != bare.count("”"):
        yield "has an open bracket or quotation mark"


def _stutters(text: str, language: str) -> bool:
    """A word twice in a row, a slot twice, or three words in a row that come again."""
    slots = Counter(SLOT.findall(text))
    if any(count > 1 for count in slots.values()):
        return True
    if language == "zh":
        run = "".join(HAN.findall(text))
        return any(run[at : at + 4] in run[at + 4 :] for at in range(len(run) - 7))
    words = [word.lower() for word in WORD.findall(without_slots(text))]
    threes = Counter(zip(words, words[1:], words[2:], strict=False))
    twice = any(one == two and one not in ("that", "had") for one, two in pairwise(words))
    return twice or any(count > 1 for count in threes.values())


def _shouts(bare: str) -> bool:
    loud = [word for word in WORD.findall(bare) if len(word) > 2 and word.isupper()]
    return len(loud) >= SHOUTED_FROM
