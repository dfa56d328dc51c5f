"""Is a text a finished line at all? Fragments, repetition, leaked prompt words, wrong speaker, stray signs.

It knows nothing of what the text says. The lists are in `data/form.yaml`.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from agent.checks.grounding import function_stems
from agent.checks.stems import WORD, stem, words
from agent.slots import SLOT

SAID_TOO_OFTEN = 3
"""times one word of meaning may not stand in a single line"""
SHORT_LINE = 10
"""words of an English line, up to which no word of meaning may come twice"""
REPEATED_CHINESE = re.compile(
    r"([\u4e00-\u9fff]{3,}).*\1|([\u4e00-\u9fff])\2\2|([\u4e00-\u9fff]{2})[，、和]?\3[，、和]?\3"
)
SHOUTED_FROM = 3
"""words in capitals, from which on a line shouts; one or two may be names"""
MAY_DOUBLE = frozenset({"had", "that"})
INCHES = re.compile(r"(?<=\d)[\"”″]")
BRACKETS = ("()", "[]", "（）", "“”", "「」", "《》")


@dataclass(frozen=True, slots=True)
class Faults:
    """The lists of one language, ready to match."""

    unfinished: re.Pattern[str]
    finished: re.Pattern[str]
    """ends in an unfinished word that are whole all the same"""
    leaks: re.Pattern[str]
    speakers: re.Pattern[str]
    anywhere: re.Pattern[str]


def flaws(text: str, language: str) -> list[str]:
    """What is wrong with the form of a single line, in words for a person and for the model; empty if nothing is.

    >>> flaws("The puppet that you can play with", "en")
    ["ends in 'with'"]
    """
    line = SLOT.sub("X", text.strip())
    return list(_flaws(text, line, _faults()[language], language)) if line else ["is empty"]


def _flaws(text: str, line: str, faults: Faults, language: str) -> Iterator[str]:
    end = line.rstrip(" .!?。！？…~～”\"'")
    if (match := faults.unfinished.search(end)) and not faults.finished.search(end):
        yield f"ends in '{match[0].strip()}'"
    if match := faults.leaks.search(line):
        yield f"speaks of the task: '{match[0]}'"
    if match := faults.speakers.search(line):
        yield f"is not the shop speaking to the reader: '{match[0]}'"
    if match := faults.anywhere.search(line):
        yield f"has stray signs: '{match[0]}'"
    if len(loud := [word for word in WORD.findall(line) if len(word) > 2 and word.isupper()]) >= SHOUTED_FROM:
        yield f"shouts: '{' '.join(loud)}'"
    quoted = INCHES.sub("", line)
    if any(quoted.count(pair[0]) != quoted.count(pair[1]) for pair in BRACKETS) or quoted.count('"') % 2:
        yield "has an open bracket or quotation mark"
    if "{" in line or "}" in line:
        yield "has a broken slot"
    if any(count > 1 for count in Counter(SLOT.findall(text)).values()):
        yield "uses a slot twice"
    if repeated := _repeated(line, language):
        yield f"repeats '{repeated}'"


def _repeated(line: str, language: str) -> str:
    if language == "zh":
        match = REPEATED_CHINESE.search(line)
        return next((group for group in match.groups() if group), "") if match else ""
    said = [stem(word) for word in words(line)]
    for first, second in itertools.pairwise(said):
        if first == second and first not in MAY_DOUBLE:
            return first
    threes = Counter(zip(said, said[1:], said[2:], strict=False))
    told = Counter(word for word in said if word not in function_stems() and len(word) > 2)
    most = 1 if len(said) <= SHORT_LINE else SAID_TOO_OFTEN - 1
    again = [" ".join(three) for three, count in threes.items() if count > 1]
    return next(iter([*again, *(word for word, count in told.items() if count > most)]), "")


@cache
def _faults() -> Mapping[str, Faults]:
    data = yaml.safe_load(resources.files("agent.checks.data").joinpath("form.yaml").read_text("utf-8"))
    anywhere = _either(data["anywhere"])
    made = {}
    for language, edge in (("en", r"(?<![\w'])"), ("zh", "")):
        lists = data[language]
        last = re.compile(rf"{edge}(?:{'|'.join(lists['unfinished'].split())})$", re.IGNORECASE)
        finished, leaks, speakers = (_either(lists[name]) for name in ("finished", "leaks", "speakers"))
        made[language] = Faults(last, finished, leaks, speakers, anywhere)
    return made


def _either(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)
