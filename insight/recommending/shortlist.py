"""A few items that serve many people: where each item shown has a price, as a text that must be written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from insight.recommending.recommender import Ranked


def gains_of(ranked: Ranked, items: int) -> NDArray[np.float32]:
    """(people, items): 1 / log2(1 + place) on each person's own list, as NDCG discounts; 0 for what is no candidate.

    The ranker's scores themselves cannot be summed over people.
    """
    gains = np.zeros((len(ranked.people), items), np.float32)
    order = np.lexsort((ranked.signals.item, -ranked.scores, ranked.signals.person))
    person, item = ranked.signals.person[order], ranked.signals.item[order]
    begins = np.searchsorted(person, person)
    gains[person, item] = 1 / np.log2(np.arange(len(order)) - begins + 2)
    return gains


def shortlist(gains: NDArray[np.float32], count: int) -> list[int]:
    """At most `count` columns of `gains` (people, items) that together give each person the best they can.

    Greedy: each next one adds the most to the sum of everybody's best, which comes within 1 - 1/e of the best choice
    there is (Nemhauser, Wolsey and Fisher 1978). Ends early where nothing adds anything.
    """
    chosen: list[int] = []
    best = np.zeros(len(gains), np.float32)
    while len(chosen) < count:
        added = np.maximum(gains - best[:, None], 0).sum(axis=0)
        column = int(np.argmax(added))
        if added[column] <= 0:
            break
        chosen.append(column)
        best = np.maximum(best, gains[:, column])
    return chosen
