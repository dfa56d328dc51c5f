"""The recommender: sources find candidates, a ranker orders them, a list is made varied, each item is given a reason.

It holds items only. What is known of a person is drawn from `records` at the moment asked for, so that a purchase of
this morning counts, nothing after `as_of` is looked at, and an erased customer needs no training anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from core.errors import UserError
from insight.recommending.bandit import Bandit, Slot
from insight.recommending.diversity import diversify, likeness_of
from insight.recommending.learning import Catalogue
from insight.recommending.people import People, draw_people
from insight.recommending.ranker import Ranker
from insight.recommending.reasons import Reasons
from insight.recommending.records import Records
from insight.recommending.signals import Signals, gather
from insight.recommending.source import Alike, Scores, Source

DIVERSITY = 0.1
"""share of a place that goes by being unlike what stands above; the price is in docs/RESULTS.md"""
CONSIDERED = 8
"""times the length of a list: the best of which a varied one is made"""


FOR_STRANGERS = frozenset({"popularity", "classics", "group"})
"""sources that need no past"""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One place on a list."""

    item: str
    score: float
    """of the ranker; it orders one person's items and says nothing beside another person's"""
    reason: str
    """one line, from the customer's own past or the shop's"""
    source: str
    """what is behind it: `habit`, `looks`, `category`, `als`, `bpr`, `content`, `sequence`, `popularity`, `classics`
    or `group`"""
    propensity: float = 1.0
    """how likely this item was to get this place; below 1 where the place was given to exploring"""


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Everybody's candidates with the ranker's word on each."""

    people: People
    signals: Signals
    scores: Scores
    """(rows of `signals`,)"""


@dataclass(frozen=True, slots=True, eq=False)
class Recommender:
    """Trained as of one moment; safe to use from several threads."""

    catalogue: Catalogue
    sources: tuple[Source, ...]
    everything: Ranker
    """over all items, for people who come back to what they know"""
    new: Ranker
    """over what a person never took"""
    trained: datetime
    """nothing later was learnt from"""
    named: Mapping[str, int] = field(init=False)
    """item id -> its number"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "named", {item: number for number, item in enumerate(self.catalogue.ids)})

    def recommend(
        self,
        records: Records,
        person: str,
        count: int = 10,
        *,
        as_of: datetime,
        exclude: Collection[str] = (),
        diversity: float = DIVERSITY,
        repeats: bool = True,
        bandit: Bandit | None = None,
    ) -> tuple[Recommendation, ...]:
        """The best for `person` as of `as_of` (aware), best first; somebody unknown gets what suits their groups.

        Without `repeats` nothing that they took before. With a `bandit` the last places are given to exploring.
        Raises `UserError` for a diversity outside 0..1.
        """
        if not 0 <= diversity <= 1:
            raise UserError("diversity", diversity, "a number from 0 (as ranked) to 1 (as varied as can be)")
        ranked = self.rank(records, [person], as_of=as_of, exclude=exclude, repeats=repeats)
        best = np.argsort(-ranked.scores, kind="stable")[: CONSIDERED * count]
        signals, scores = ranked.signals.at(best), ranked.scores[best]
        if not len(best):
            return ()
        slots = self._slots(signals, scores, count, diversity, bandit)
        return self._told(ranked.people, signals, scores, slots, repeats)

    def rank(
        self,
        records: Records,
        persons: Sequence[str],
        *,
        as_of: datetime,
        exclude: Collection[str] = (),
        repeats: bool = True,
    ) -> Ranked:
        """The candidates of many at once, scored, in no order."""
        people = draw_people(records, persons, self.catalogue.ids, as_of)
        signals = gather(self.sources, people, self.catalogue.numbers)
        allowed = repeats | ~signals.known
        allowed &= ~np.isin(signals.item, [self.named[item] for item in exclude if item in self.named])
        signals = signals.where(allowed)
        return Ranked(people, signals, self._ranked_by(repeats).scores(signals))

    def varied(self, signals: Signals, scores: Scores, count: int, diversity: float) -> list[int]:
        """Rows of one person's candidates in the order in which they should stand, at most `count`."""
        vectors = self._vectors().get("content")
        own = np.zeros((len(scores), 1), np.float32) if vectors is None else vectors[signals.item]
        likeness = likeness_of([self.catalogue.categories[item] for item in signals.item], own)
        return diversify(scores, likeness, count, diversity)

    def _ranked_by(self, repeats: bool) -> Ranker:
        return self.everything if repeats else self.new

    def _slots(
        self, signals: Signals, scores: Scores, count: int, diversity: float, bandit: Bandit | None
    ) -> list[Slot]:
        ranked = self.varied(signals, scores, len(scores), diversity)
        if bandit is None:
            return [Slot(place) for place in ranked[:count]]
        return bandit.fill([self.catalogue.ids[signals.item[place]] for place in ranked], ranked, count)

    def _told(
        self, people: People, signals: Signals, scores: Scores, slots: Sequence[Slot], repeats: bool
    ) -> tuple[Recommendation, ...]:
        reasons = Reasons(people, self.catalogue, self._vectors())
        shown = signals.at(np.array([slot.row for slot in slots], np.int64))
        behind = self._ranked_by(repeats).credits(shown, FOR_STRANGERS if people.pairs.is_empty() else None)
        return tuple(
            Recommendation(
                self.catalogue.ids[item], float(scores[slot.row]), reasons.of(item, source), source, slot.propensity
            )
            for item, source, slot in zip(shown.item.tolist(), behind, slots, strict=True)
        )

    def _vectors(self) -> dict[str, Scores]:
        return {source.name: source.vectors for source in self.sources if isinstance(source, Alike)}
