"""The best sentence with what belongs to it: the answer in the shop's own words.

It knows how sentences lean on each other, and nothing of how they were ranked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agent.desk.extraction import Candidate

ITEM_ALIKE = 0.4
"""share of the best score from which on a list's other items belong to the answer too"""
SECOND_ALIKE = {True: 0.1, False: 0.3}
"""the same of one more sentence: of the same source, of another"""
THIRD_ALIKE = 0.3
"""the same of a third one, of the same source"""
_LEANS_BACK = re.compile(
    r"(it|this|that|these|those|they|otherwise|however|but|also|in this case|if so|then)\b|否则|但|此|该|这|它|另外"
    r"|不过",
    re.I,
)
_GOES_ON = re.compile(r"(otherwise|however|but|except|unless|other|only|exceptions?)\b|否则|但|除|不过|仅|例外", re.I)


def choose_quotation(ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The best sentence with what belongs to it: other items of its list that fit as well (three at most in all), the
    sentence it leans on, or the next best where they may be it as well; in the passages' order. Empty where nothing was
    ranked.
    """
    if not ranked:
        return ()
    best = ranked[0]
    near = {c.sentence.place: c for c in ranked if c.sentence.passage.id == best.sentence.passage.id}
    if len(items := _items_alike(best, near)) > 1:
        return items
    before, after = near.get(best.sentence.place - 1), near.get(best.sentence.place + 1)
    if before and _LEANS_BACK.match(best.sentence.text):
        return before, best
    if after and _GOES_ON.match(after.sentence.text):
        return best, after
    chosen = (best, *_others(best, ranked[1:6]))
    return tuple(sorted(chosen, key=lambda c: (c.sentence.passage.source != best.sentence.passage.source, *_where(c))))


def _where(candidate: Candidate) -> tuple[int, int]:
    return candidate.sentence.passage.start, candidate.sentence.place


def _others(best: Candidate, ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The next best one or two that may be the answer as well."""

    def alike(one: Candidate) -> bool:
        return one.score >= SECOND_ALIKE[one.sentence.passage.source == best.sentence.passage.source] * best.score

    def alike_still(one: Candidate) -> bool:
        return one.sentence.passage.source == best.sentence.passage.source and one.score >= THIRD_ALIKE * best.score

    for place, second in enumerate(ranked):
        if alike(second):
            return second, *[third for third in ranked[place + 1 :] if alike_still(third)][:1]
    return ()


def _items_alike(best: Candidate, near: Mapping[int, Candidate]) -> tuple[Candidate, ...]:
    """The items of the best one's list that answer about as well, where the question does not tell them apart."""
    if not best.sentence.listed:
        return (best,)
    alike = [
        c
        for c in near.values()
        if c.sentence.listed
        and abs(c.coverage - best.coverage) < 0.02
        and c.gives
        and c.score >= ITEM_ALIKE * best.score
    ]
    places = sorted(alike, key=lambda c: abs(c.sentence.place - best.sentence.place))[:3]
    return tuple(sorted(places, key=lambda c: c.sentence.place))
