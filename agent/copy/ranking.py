"""Which of the lines that passed are better: an explained heuristic, not a prediction. No outcome is known to it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.channels import Part
from agent.checks.grounding import function_stems, glossed, ungrounded_words
from agent.checks.stems import stem, words
from agent.copy.judging import pairs_shared
from agent.copy.lines import Line
from agent.copy.material import Material
from agent.slots import open_slots

ADDRESS = re.compile(r"\b(?:you|your|let's|yours)\b|你|您|一起|吧", re.IGNORECASE)
_CALLS = """
add bring browse build catch celebrate choose collect cook create cuddle dance discover dive dress enjoy explore feel
find follow get give go grab hang have hold invite join keep learn let light look make meet open pack paint pick play
pour put race relax ride roll see set share show sit start step take treat try turn watch wear wrap
"""
CALLS = frozenset(_CALLS.split())


def score_line(line: Line, part: Part, material: Material, language: str) -> tuple[float, tuple[str, ...]]:
    """0 to 1, with the reasons that earned it: facts used, reader addressed, a call, length, own words."""
    told = [
        (0.25 * min(_facts_used(line.text, material, language), 3) / 3, "uses the facts"),
        (0.2 * _kept_together(line.text, material, language), "keeps to the record's phrases"),
        (0.15 if ADDRESS.search(line.text) else 0.0, "speaks to the reader"),
        (0.1 if _calls(line.text) else 0.0, "calls to do something"),
        (0.15 * _fits(line.text, part, language), "fills its space"),
        (0.1 if not _copied(line.text, line.phrase) else 0.0, "is not the record's own wording"),
        (0.1 if open_slots(line.text) else 0.0, "states a fact that code fills"),
        (-0.1 if line.mended else 0.0, ""),
    ]
    reasons = tuple(reason for points, reason in told if points > 0.05 and reason)
    return max(0.0, min(1.0, sum(points for points, _ in told))), reasons


def similarity(one: str, other: str, language: str) -> float:
    """Jaccard similarity of two lines' stems, or of their Chinese character pairs; 1 is equal.

    English lines of the same words of meaning are equal: `The chess set` says no more than `Your chess set`.
    """
    first, second = _terms(one, language), _terms(other, language)
    if language == "en" and first - function_stems() == second - function_stems():
        return 1.0
    return len(first & second) / max(1, len(first | second))


def shared(one: str, other: str) -> float:
    """Share of the shorter Chinese line's character pairs that the other has too; 1 if it stands in it whole."""
    first, second = _terms(one, "zh"), _terms(other, "zh")
    return len(first & second) / max(1, min(len(first), len(second)))


def mean(scores: Sequence[float]) -> float:
    return sum(scores) / len(scores) if scores else 0.0


def _terms(text: str, language: str) -> set[str]:
    if language == "zh":
        plain = re.sub(r"\W", "", text)
        return {plain[at : at + 2] for at in range(len(plain) - 1)}
    return {stem(word) for word in words(text)}


def _facts_used(text: str, material: Material, language: str) -> int:
    if language == "zh":
        known = {*glossed(material.licence), *(word for phrase in material.phrases for word in phrase.split("、"))}
        return sum(word in text for word in known) + len(open_slots(text))
    own = {stem(word) for fact in (*material.phrases, material.name) for word in words(fact)}
    used = {stem(word) for word in words(text) if stem(word) in own and ungrounded_words(word, (), language)}
    return len(used) + len(open_slots(text))


def _kept_together(text: str, material: Material, language: str) -> float:
    return 0.5 if language == "zh" else min(1.0, 2 * pairs_shared(text, material))


def _calls(text: str) -> bool:
    first = words(text)[:1]
    return bool(first) and first[0] in CALLS


def _fits(text: str, part: Part, language: str) -> float:
    """1 for a line that fills two thirds of the space it is shown in, less on either side."""
    aim = 0.66 * min(part.aim(language), 120)
    return max(0.0, 1 - abs(len(text) - aim) / aim)


def _copied(text: str, phrase: str) -> bool:
    return " ".join(words(text)) in " ".join(words(phrase)) if words(text) else False
