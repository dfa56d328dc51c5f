"""The baseline that recommenders are held to: implicit's ALS alone, as its makers serve it, its settings chosen on the
window before the one that is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

import numpy as np

from insight.recommending.judging import judge, lists_by, truth
from insight.recommending.people import People, draw_people
from insight.recommending.records import Records
from insight.recommending.source import Scores

FACTORS, PENALTIES, COUNTED = (64, 128, 256), (10.0, 30.0), ("times", "taste")
"""alpha stays 1: 4 and 16 were worse by a third and more on that window"""


@dataclass(frozen=True, slots=True)
class AloneSettings:
    """`counted`: a taking's weight, plain (`times`) or faded (`taste`)."""

    factors: int
    penalty: float
    counted: str


def choose(records: Records, items: Sequence[str], after: datetime, days: int) -> dict[bool, AloneSettings]:
    """With repeats and without -> the settings of the highest NDCG@10 on the window that begins at `after`, fitted on
    what came before it.
    """
    wanted = {repeats: truth(records, after, days, repeats) for repeats in (True, False)}
    persons = sorted(wanted[True])
    people = draw_people(records, persons, items, after)
    best = dict.fromkeys(wanted, -1.0)
    found: dict[bool, AloneSettings] = {}
    for settings in (AloneSettings(*values) for values in product(FACTORS, PENALTIES, COUNTED)):
        scores = score(people, settings)
        for repeats, taken in wanted.items():
            lists = lists_by(scores, records, persons, items, after, repeats)
            quality = float(np.mean(judge("als", lists, taken, len(items), repeats).ndcg))
            if quality > best[repeats]:
                best[repeats], found[repeats] = quality, settings
    return found


def score(people: People, settings: AloneSettings) -> Scores:
    """(people, items): users' factors times items', both as the method left them; it is fitted on `people` alone."""
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    model = AlternatingLeastSquares(
        settings.factors, settings.penalty, alpha=1.0, iterations=15, num_threads=1, random_state=0
    )
    with threadpool_limits(1, "blas"):
        model.fit(people.matrix(settings.counted), show_progress=False)
    return np.asarray(model.user_factors @ model.item_factors.T, np.float32)
