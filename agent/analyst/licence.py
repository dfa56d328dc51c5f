"""What may be said of a segment: its statistics as facts, and whether a text says anything beyond them.

A number must be one of the statistics', a comparison must go the way that a difference goes, a word must be one of the
categories', the habits' or a general one. A title and a description are judged alike, whoever wrote them.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.analyst.comparisons import unlicensed_comparisons
from agent.analyst.segments import describe, liked, name_of
from agent.analyst.wording import Habit, habit
from agent.checks.claims import unlicensed_claims
from agent.checks.form import flaws
from agent.checks.grounding import ungrounded_words
from agent.checks.language import is_language
from agent.checks.numbers import unlicensed_numbers
from insight.segmenting.statistics import SegmentStatistics

PEOPLE = {
    "en": "customer customers people buyer buyers shopper shoppers fan fans lover lovers friend friends who love like",
    "zh": "顾客 客户 买家 爱好者 达人 朋友 喜欢 一族 人群",
}
"""words for people in general"""
SHOP_TALK = ("speaks of the task", "is not the shop speaking")
"""flaws of a text for customers that are none of one about them"""


@dataclass(frozen=True, slots=True)
class Licence:
    """What one segment's statistics allow to be said in one language."""

    facts: tuple[str, ...]
    habits: tuple[Habit, ...]
    """all that differ, also those that the description leaves out"""


def licence_of(statistics: SegmentStatistics, language: str) -> Licence:
    """The deterministic description, the names of what they like, and each habit with its figures."""
    told = tuple(one for difference in statistics.differences if (one := habit(difference, language)))
    text = describe(statistics, language)
    likes = [name_of(lift.category, language) for lift in liked(statistics)]
    facts = (text.title, text.description, *likes, *(one.words + one.figures for one in told), PEOPLE[language])
    return Licence(facts, told)


def unlicensed(text: str, licence: Licence, language: str) -> list[str]:
    """What is wrong with `text`, in words for a person; empty where its statistics carry all of it."""
    wrong = [
        f"form: {flaw}" for line in text.split("\n") for flaw in flaws(line, language) if not flaw.startswith(SHOP_TALK)
    ]
    if not is_language(text, language):
        wrong.append(f"language: not {language}")
    wrong += [f"number: {number}" for number in unlicensed_numbers(text, licence.facts, language)]
    wrong += [f"claim: {claim}" for claim in unlicensed_claims(text, licence.facts, language)]
    wrong += [f"comparison: {clause}" for clause in unlicensed_comparisons(text, licence.habits)]
    return wrong + [f"word: {word}" for word in ungrounded_words(text, licence.facts, language)]
