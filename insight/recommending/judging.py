"""How well lists foretell what people took in a window that their makers had not seen.

Counted twice: with everything that was taken, and with what each person took for the first time, for in a grocery most
of what is bought was bought before, and a list of old acquaintances says little of what else somebody may like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from insight.recommending.people import draw_people
from insight.recommending.ranking_quality import coverage, ndcg, recall
from insight.recommending.recommender import CONSIDERED, Recommender
from insight.recommending.records import Records
from insight.recommending.source import Scores

PLACES = 10
JUDGED = 1_000
"""people at most: their intervals are narrow enough"""
Lists = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One maker of lists, one way of counting."""

    name: str
    repeats: bool
    """whether what a person took before counts, and may be shown"""
    ndcg: tuple[float, ...]
    """at ten places, of each person, in the order of their ids"""
    recall: tuple[float, ...]
    coverage: float
    """share of the catalogue on anybody's list"""


def truth(records: Records, after: datetime, days: int, repeats: bool) -> dict[str, frozenset[str]]:
    """Person -> what they took within `days` of `after`; without `repeats` only what they had never taken by then.

    People who took nothing (new) are absent: no list could be right for them. At most `JUDGED` are drawn, the same each
    time.
    """
    taken = records.taken(after, after + timedelta(days=days))
    if not repeats:
        taken = taken.join(records.taken(None, after), on=["user", "item"], how="anti")
    wanted = taken.group_by("user").agg("item").sort("user")
    if wanted.height > JUDGED:
        wanted = wanted.sample(JUDGED, seed=0).sort("user")
    return {user: frozenset(items) for user, items in wanted.iter_rows()}


def judge(name: str, lists: Lists, wanted: Mapping[str, Set[str]], items: int, repeats: bool) -> Judged:
    """Of the people in `wanted`; somebody without a list scores 0. `items` is the size of the catalogue."""
    people = sorted(wanted)
    return Judged(
        name,
        repeats,
        tuple(ndcg(lists.get(person, ()), wanted[person], PLACES) for person in people),
        tuple(recall(lists.get(person, ()), wanted[person], PLACES) for person in people),
        coverage(lists, items, PLACES),
    )


def lists_of(
    recommender: Recommender,
    records: Records,
    persons: Sequence[str],
    as_of: datetime,
    repeats: bool,
    diversity: float = 0.0,
) -> dict[str, list[str]]:
    """Ten places for each of `persons`."""
    ranked = recommender.rank(records, persons, as_of=as_of, repeats=repeats)
    lists: dict[str, list[str]] = {}
    for number, person in enumerate(persons):
        rows = np.flatnonzero(ranked.signals.person == number)
        rows = rows[np.argsort(-ranked.scores[rows], kind="stable")][: CONSIDERED * PLACES]
        if diversity:
            rows = rows[recommender.varied(ranked.signals.at(rows), ranked.scores[rows], PLACES, diversity)]
        lists[person] = [recommender.catalogue.ids[item] for item in ranked.signals.item[rows[:PLACES]]]
    return lists


def lists_by(
    scores: Scores, records: Records, persons: Sequence[str], items: Sequence[str], as_of: datetime, repeats: bool
) -> dict[str, list[str]]:
    """Ten places for each of `persons` by plain `scores` (persons, items): how a baseline makes its lists."""
    if not repeats:
        known = draw_people(records, persons, items, as_of).matrix("times")
        scores = np.where(np.asarray(known.todense()) > 0, -np.inf, scores)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :PLACES]
    return {person: [items[column] for column in row] for person, row in zip(persons, best, strict=True)}
