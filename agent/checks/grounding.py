"""Are a text's words about this product? Words that neither the facts nor a general vocabulary hold are invented.

English: every word must stand, by stem, in the facts or in a list of words that state nothing (`copy_words_en.txt`).
Chinese: every word of a glossary of things, and every Latin word, must be licensed by the facts in either language;
words outside the glossary pass, for what they claim is the business of `claims`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources

import yaml

from agent.checks.language import LATIN_WORD
from agent.checks.stems import stem, words
from agent.slots import without_slots


def ungrounded_words(text: str, licence: Sequence[str], language: str) -> list[str]:
    """Words of `text` that `licence` does not carry and that are no general words either, in their order.

    >>> ungrounded_words("Enjoy a walk with your tractor", ["Bird feeder"], "en")
    ['tractor']
    """
    if language == "zh":
        return _ungrounded_chinese(without_slots(text), licence)
    known = {stem(word) for fact in licence for word in words(fact)} | _general_words()
    return list(dict.fromkeys(word for word in words(without_slots(text)) if stem(word) not in known))


def glossed(licence: Sequence[str]) -> list[str]:
    """Chinese words for the things that `licence` names in English, by the glossary, in the order of the facts."""
    text = " ".join(licence).lower()
    found = [(match.start(), chinese[0]) for pattern, chinese in _glossary() if (match := pattern.search(text))]
    return list(dict.fromkeys(word for _, word in sorted(found)))


def _ungrounded_chinese(text: str, licence: Sequence[str]) -> list[str]:
    facts = " ".join(licence)
    known = {stem(word) for word in words(facts)}
    wrong = [word for word in LATIN_WORD.findall(text) if any(stem(part) not in known for part in words(word))]
    allowed = _allowed(facts)
    for word in sorted(allowed, key=len, reverse=True):
        text = text.replace(word, " ")  # 拼图 in 木质拼图 is not 图
    wrong += [word for _, chinese in _glossary() for word in chinese if word not in allowed and word in text]
    return list(dict.fromkeys(wrong))


@lru_cache(maxsize=256)
def _allowed(facts: str) -> frozenset[str]:
    """The glossary's words for things that `facts` name in either language. Kept, for one product is judged often."""
    lower = facts.lower()
    entries = (chinese for pattern, chinese in _glossary() if pattern.search(lower) or any(w in facts for w in chinese))
    return frozenset(word for chinese in entries for word in chinese)


@cache
def function_stems() -> frozenset[str]:
    """Stems of the words that carry grammar and no meaning: the list's first two groups."""
    return frozenset(stem(word) for group in _word_groups()[:2] for word in group)


@cache
def _general_words() -> frozenset[str]:
    return frozenset(stem(word) for group in _word_groups() for word in group)


@cache
def _word_groups() -> tuple[tuple[str, ...], ...]:
    """The groups of the word list, each begun by a comment line; the file's head is none."""
    text = resources.files("agent.checks.data").joinpath("copy_words_en.txt").read_text("utf-8")
    groups = (paragraph.splitlines() for paragraph in text.split("\n\n"))
    return tuple(
        tuple(word for line in lines if not line.startswith("#") for word in line.split())
        for lines in groups
        if not all(line.startswith("#") for line in lines)
    )


@cache
def _glossary() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    data = yaml.safe_load(resources.files("agent.checks.data").joinpath("glossary.yaml").read_text("utf-8"))
    pairs = (line.partition(" = ") for line in data["things"])
    return tuple((re.compile(rf"\b(?:{english})\b"), tuple(chinese.split("|"))) for english, _, chinese in pairs)
