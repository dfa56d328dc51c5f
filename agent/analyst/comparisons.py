"""Comparisons in a text (more, fewer, cheaper, 更多) that no difference of the same direction carries.

A clause that compares must share a word of meaning with what is told of such a difference: `they visit more` stands on
more visits, not on more money.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from agent.analyst.wording import Habit, wording
from agent.checks.grounding import function_stems
from agent.checks.stems import stem, words

CLAUSE = re.compile(r"(?<!\d)[,.;:](?!\d)|[，。；：、\n]|\band\b|\bbut\b|和|但")
COMPARING_ZH = "更"


def unlicensed_comparisons(text: str, habits: Sequence[Habit]) -> list[str]:
    """The clauses of `text` that compare what no habit does, in their order."""
    return [
        clause.strip()
        for clause in CLAUSE.split(text)
        if any(
            pattern.search(clause) and not any(one.up is up and _about(clause, one.words) for one in habits)
            for up, pattern in _directions().items()
        )
    ]


def _about(clause: str, told: str) -> bool:
    if said := _stems(told):
        return bool(_stems(clause) & said)
    pairs = (told[at : at + 2] for at in range(len(told) - 1))
    return any(pair in clause for pair in pairs if COMPARING_ZH not in pair)


def _stems(text: str) -> set[str]:
    comparing = {stem(word) for told in wording()["comparisons"].values() for word in words(told)}
    return {stem(word) for word in words(text)} - function_stems() - comparing


@cache
def _directions() -> dict[bool, re.Pattern[str]]:
    """Up -> the words that say so, and down."""
    told = wording()["comparisons"]
    return {
        up: re.compile(rf"(?<![a-z])(?:{told['up' if up else 'down']})(?![a-z])", re.IGNORECASE) for up in (True, False)
    }
