"""The same question as other people would type it, for pass^k: a desk that answers greedily has no other chance in it.

Phrasing 0 is the question as it was written. The others change what a customer changes without thinking: capitals and
the last sign (1), a greeting before and thanks after (2), two letters exchanged in one long word (3), and from 4 on
the last two together, at another word each time. Words, numbers and names of products stay, so the answer does.
"""

from __future__ import annotations

import random
import re

GREETING = {"en": "Hello, quick question. ", "zh": "你好，想问一下，"}
THANKS = {"en": " Thanks!", "zh": "谢谢"}
WORD = re.compile(r"(?<![A-Za-z])[a-z]{6,}(?![A-Za-z])")
"""of small letters, so that no product's name is among them"""
SIGNS = re.compile(r"[，。？！、?!]+")


def phrasing(question: str, language: str, number: int) -> str:
    """Phrasing `number` of `question`, the same one every time.

    >>> phrasing("How long does Delivery take?", "en", 1)
    'how long does delivery take'
    """
    if number == 0:
        return question
    if number == 1:
        return _hurried(question, language)
    if number == 2:
        return _polite(question, language)
    mistyped = _mistyped(question, language, number)
    return mistyped if number == 3 else _polite(mistyped, language)


def _hurried(question: str, language: str) -> str:
    if language == "zh":
        return SIGNS.sub(" ", question).strip()
    return question.lower().rstrip("?.! ")


def _polite(question: str, language: str) -> str:
    end = "" if question[-1] in "？。！?.!" else ("，" if language == "zh" else ".")
    return f"{GREETING[language]}{question}{end}{THANKS[language]}"


def _mistyped(question: str, language: str, number: int) -> str:
    """Two inner letters of a long word exchanged; a Chinese question gets a word of asking, for its typing slips are
    other characters, which say another thing."""
    if language == "zh":
        return f"请问{question}"
    places = [
        at
        for word in WORD.finditer(question)
        for at in range(word.start() + 1, word.end() - 2)
        if question[at] != question[at + 1]
    ]
    if not places:
        return f"{question} please"
    at = random.Random(f"{number} {question}").choice(places)
    return f"{question[:at]}{question[at + 1]}{question[at]}{question[at + 2 :]}"
