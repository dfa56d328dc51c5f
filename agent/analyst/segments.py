"""A segment in words from its statistics: a title, two lines, and how to speak to them. No model is asked here."""

from __future__ import annotations

from collections.abc import Sequence

from agent.analyst.wording import PRICE_LEVEL, Habit, habit, listed, percent, phrase
from agent.checks.grounding import glossed
from insight.segmenting.segmentation import SegmentText
from insight.segmenting.statistics import Lift, SegmentStatistics

LIKES = 3
HABITS = 2
CLEARLY = 1.1
"""times the usual share, which the interval's lower end must reach"""
ENOUGH = 0.04
"""of the segment's traces: a rare thing, however much liked, names nobody"""
STRONG = 0.5
"""standard deviations of the price level from which it decides how to speak"""


def liked(statistics: SegmentStatistics) -> list[Lift]:
    """The categories that set the segment apart, the one that adds most to its traces first."""
    clear = [lift for lift in statistics.lifts if lift.low >= CLEARLY and lift.share >= ENOUGH]
    return sorted(clear, key=lambda lift: (lift.usual - lift.share, lift.category))[:LIKES]


def habits(statistics: SegmentStatistics, language: str) -> list[Habit]:
    """What is told of how they behave, the clearest first."""
    return [told for one in statistics.differences if (told := habit(one, language))][:HABITS]


def name_of(category: str, language: str) -> str:
    """The category as the language calls it, where the glossary knows; else as the shop does."""
    if language == "zh" and (known := glossed([category])):
        return known[0]
    return category


def describe(statistics: SegmentStatistics, language: str) -> SegmentText:
    """The text that stands where no model words it, or words it wrongly."""
    likes, told = liked(statistics), habits(statistics, language)
    names = listed([name_of(lift.category, language) for lift in likes], language)
    title = phrase("title", language, likes=names) if likes else phrase("broad", language)
    return SegmentText(
        title=title[:1].upper() + title[1:],
        description=f"{_likes(statistics, likes, names, language)}\n{_habits(told, language)}",
        angle=_angle(statistics, names, language),
    )


def _likes(statistics: SegmentStatistics, likes: Sequence[Lift], names: str, language: str) -> str:
    size = {"customers": statistics.customers, "share": percent(statistics.share)}
    if not likes:
        return phrase("likes_nothing", language, **size)
    part, usual = sum(lift.share for lift in likes), sum(lift.usual for lift in likes)
    return phrase("likes", language, **size, likes=names, part=percent(part), usual=percent(usual))


def _habits(told: Sequence[Habit], language: str) -> str:
    if not told:
        return phrase("no_habits", language)
    return phrase("habits", language, habits=phrase("then", language).join(one.words + one.figures for one in told))


def _angle(statistics: SegmentStatistics, names: str, language: str) -> str:
    level = next((one.difference for one in statistics.differences if one.feature == PRICE_LEVEL), 0.0)
    manner = "cheaper" if level <= -STRONG else "dearer" if level >= STRONG else "neither"
    start = phrase("angle", language, likes=names) if names else phrase("angle_broad", language)
    if language == "zh":
        return f"{start}，{phrase(manner, language)}。"
    return f"{start}; {phrase(manner, language)}."
