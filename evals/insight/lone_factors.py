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

FACTORS, ALPHAS, PENALTIES, COUNTED = (64, 128, 256), (0.5, 1.0), (10.0, 30.0), ("times", "taste")


@dataclass(frozen=True, slots=True)
class AloneSettings:
    """`counted`: a taking's weight, plain (`times`) or faded (`taste`)."""

    factors: int
    alpha: float
    penalty: float
    counted: str


def choose(records: Records, items: Sequence[str], after: datetime, days: int, repeats: bool) -> AloneSettings:
    """The settings of the highest NDCG@10 on the window that begins at `after`, fitted on what came before it."""
    wanted = truth(records, after, days, repeats)
    persons = sorted(wanted)
    people = draw_people(records, persons, items, after)
    best, found = -1.0, None
    for settings in (AloneSettings(*values) for values in product(FACTORS, ALPHAS, PENALTIES, COUNTED)):
        lists = lists_by(score(people, settings), records, persons, items, after, repeats)
        quality = float(np.mean(judge("als", lists, wanted, len(items), repeats).ndcg))
        if quality > best:
            best, found = quality, settings
    assert found is not None, "the grid is not empty"
    return found


def score(people: People, settings: AloneSettings) -> Scores:
    """(people, items): users' factors times items', both as the method left them; it is fitted on `people` alone."""
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    model = AlternatingLeastSquares(
        settings.factors, settings.penalty, settings.alpha, iterations=15, num_threads=1, random_state=0
    )
    with threadpool_limits(1, "blas"):
        model.fit(people.matrix(settings.counted), show_progress=False)
    return np.asarray(model.user_factors @ model.item_factors.T, np.float32)
