"""Why an item stands on somebody's list, in a few words: a fact of their own past or of the shop's, never a guess.

The ranker says which source is behind a row; the words are drawn from what that source saw.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from insight.recommending.learning import Catalogue
from insight.recommending.people import People

ALIKE = frozenset({"als", "bpr", "content"})
"""sources that recommend by what somebody took"""


class Reasons:
    """Words for one person's recommendations."""

    def __init__(self, person: People, catalogue: Catalogue, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """`person` holds one; `vectors` gives the item vectors of the sources in `ALIKE`, each (items, dimension)."""
        self._catalogue, self._vectors = catalogue, vectors
        self._past = {row["item"]: row for row in person.pairs.iter_rows(named=True)}
        self._taken: list[int] = [item for item, row in self._past.items() if row["times"] > 0]
        latest = person.visits.sort("since").head(1)["items"].to_list()
        self._latest: list[int] = latest[0] if latest else []
        self._groups = person.groups[0]

    def of(self, item: int, source: str) -> str:
        """One line without a full stop."""
        own = self._past.get(item)
        if own and own["times"] > 1:
            return f"you took it {own['times']} times, about every {max(own['gap'], 1):.0f} days"
        if own and own["times"] == 1:
            return "you took it before"
        if own:
            return "you looked at it"
        if source in ALIKE and self._taken:
            return f"because you took {self._catalogue.names[self._most_alike(item, source)]}"
        if source == "sequence" and self._latest:
            return f"often comes after {self._catalogue.names[self._latest[0]]}"
        if source in ("category", "habit") and (same := self._same_category(item)) is not None:
            return f"because you took {self._catalogue.names[same]}"
        if source == "group" and self._groups:
            return "liked by people with " + ", ".join(name.replace("=", " ") for name in self._groups[:2])
        return "many take it"

    def _most_alike(self, item: int, source: str) -> int:
        """Of what they took, the item nearest to `item`."""
        vectors = self._vectors[source]
        lengths = np.linalg.norm(vectors[self._taken], axis=1) + 1e-9
        best = int(np.argmax(vectors[self._taken] @ vectors[item] / lengths))
        return self._taken[best]

    def _same_category(self, item: int) -> int | None:
        category = self._catalogue.categories[item]
        same: list[int] = [one for one in self._taken if category and self._catalogue.categories[one] == category]
        return max(same, key=lambda one: float(self._past[one]["habit"]), default=None)
