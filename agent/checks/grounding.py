"""Are a text's words about this product? Words that neither the facts nor a general vocabulary hold are invented.

English: every word must stand, by stem, in the facts or in a list of words that state nothing (`copy_words_en.txt`).
Chinese, which parts no words: every run of characters must be covered by words of the facts, by the glossary's words
for what English facts name, and by a list of general words (`copy_words_zh.txt`); Latin words must stand in the facts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import cache, lru_cache
from importlib import resources

import yaml

from agent.checks.language import LATIN_WORD
from agent.checks.stems import stem, words
from agent.slots import without_slots

HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
LONGEST_WORD = 8
"""characters"""


def ungrounded_words(text: str, licence: Sequence[str], language: str) -> list[str]:
    """Words of `text` that `licence` does not carry and that are no general words either, in their order.

    >>> ungrounded_words("Enjoy a walk with your tractor", ["Bird feeder"], "en")
    ['tractor']
    """
    if language == "zh":
        return _ungrounded_chinese(without_slots(text), licence)
    known, _ = _licensed_words(tuple(licence))
    general = _general_words()
    return list(
        dict.fromkeys(
            word for word in words(without_slots(text)) if stem(word) not in known and stem(word) not in general
        )
    )


def glossed(licence: Sequence[str]) -> list[str]:
    """Chinese words for the things that `licence` names in English, by the glossary, in the order of the facts."""
    return list(_glossed(" ".join(licence).lower()))


@lru_cache(maxsize=256)
def _glossed(text: str) -> tuple[str, ...]:
    found = [(match.start(), chinese[0]) for pattern, chinese in _glossary() if (match := pattern.search(text))]
    return tuple(dict.fromkeys(word for _, word in sorted(found)))


def _ungrounded_chinese(text: str, licence: Sequence[str]) -> list[str]:
    latin, chinese = _licensed_words(tuple(licence))
    foreign = [word for word in LATIN_WORD.findall(text) if any(stem(part) not in latin for part in words(word))]
    uncovered = [piece for run in HAN_RUN.findall(text) for piece in _uncovered(run, chinese)]
    return list(dict.fromkeys([*foreign, *uncovered]))


@lru_cache(maxsize=64)
def _licensed_words(licence: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Latin stems and Chinese words that a text may use; one product's facts license many lines."""
    facts = " ".join(licence)
    named = {word for pattern, chinese in _glossary() if pattern.search(facts.lower()) for word in chinese}
    single = {character for word in named for character in word}  # 卡车 may be called 车 the second time
    chinese_words = _general_chinese() | named | single | _pieces(facts)
    return frozenset(stem(word) for word in words(facts)), frozenset(chinese_words)


def _uncovered(run: str, vocabulary: Set[str]) -> list[str]:
    """What is left of a run of Chinese characters when it is covered by known words as far as can be."""
    # fewest[i]: (characters left over in run[:i], where the last step came from, whether that step left one over)
    fewest: list[tuple[int, int, bool]] = [(0, 0, False)]
    for end in range(1, len(run) + 1):
        steps = [(fewest[end - 1][0] + 1, end - 1, True)]
        starts = range(max(0, end - LONGEST_WORD), end)
        steps += [(fewest[start][0], start, False) for start in starts if run[start:end] in vocabulary]
        fewest.append(min(steps))
    left, at = "", len(run)
    while at:
        _, start, over = fewest[at]
        left = (run[start:at] if over else " ") + left
        at = start
    return left.split()


def _pieces(facts: str) -> set[str]:
    """Everything of two to eight characters that stands in the Chinese facts."""
    runs = HAN_RUN.findall(facts)
    lengths = range(2, LONGEST_WORD + 1)
    return {run[at : at + size] for run in runs for size in lengths for at in range(len(run) - size + 1)}


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
def _general_chinese() -> frozenset[str]:
    text = resources.files("agent.checks.data").joinpath("copy_words_zh.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@cache
def _glossary() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    data = yaml.safe_load(resources.files("agent.checks.data").joinpath("glossary.yaml").read_text("utf-8"))
    pairs = (line.partition(" = ") for line in data["things"])
    return tuple((re.compile(rf"\b(?:{english})\b"), tuple(chinese.split("|"))) for english, _, chinese in pairs)
