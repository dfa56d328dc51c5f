"""The sequence model as it is used: a recurrent network over visits, run by NumPy alone, so that nobody who asks for a
recommendation waits for PyTorch. `insight.recommending.sequence` trains it.

GRU4Rec (Hidasi et al. 2016, arXiv:1511.06939) reads one item a step. Here a step is a visit: the mean of its items'
embeddings (Yu et al. 2016, "A Dynamic Recurrent Model for Next Basket Recommendation"), beside how long ago the visit
before was; where every visit holds one item, the two are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.recommending.people import People
from insight.recommending.source import Scores, Tensors

VISITS = 40
"""how many of the latest visits are read"""
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Visit:
    """One step of the network."""

    items: Sequence[int]
    """numbers in the network's own vocabulary"""
    waited: float
    """log(1 + days since the visit before)"""


@dataclass(frozen=True, slots=True, eq=False)
class Recurrent:
    """Gated recurrent unit (Cho et al. 2014), gates in PyTorch's order: reset, update, new."""

    vocabulary: NDArray[np.int64]
    """(words,): the items that it knows, by their column"""
    weights: Tensors
    """embedding (words, width), input (3 hidden, width + 1), hidden (3 hidden, hidden), input_bias, hidden_bias
    (3 hidden,), output (words, hidden), output_bias (words,)"""
    name: str = "sequence"

    def scores(self, people: People) -> Scores:
        """Logits; items that it does not know get the lowest, and so does everything for one who took nothing."""
        scores = np.zeros((len(people), people.items), np.float32)
        for person, visits in visits_of(people, self.vocabulary).items():
            logits = self.weights["output"] @ self._state(visits) + self.weights["output_bias"]
            scores[person] = logits.min()
            scores[person, self.vocabulary] = logits
        return scores

    def _state(self, visits: Sequence[Visit]) -> Array:
        w = self.weights
        state = np.zeros(w["hidden"].shape[1], np.float32)
        for visit in visits:
            seen = np.append(w["embedding"][visit.items].mean(axis=0), np.float32(visit.waited))
            reset_in, update_in, new_in = np.split(w["input"] @ seen + w["input_bias"], 3)
            reset_old, update_old, new_old = np.split(w["hidden"] @ state + w["hidden_bias"], 3)
            update = _sigmoid(update_in + update_old)
            new = np.tanh(new_in + _sigmoid(reset_in + reset_old) * new_old)
            state = (1 - update) * new + update * state
        return state

    def tensors(self) -> Tensors:
        return {**self.weights, "vocabulary": self.vocabulary.astype(np.float32)}


def visits_of(people: People, vocabulary: NDArray[np.int64], last: int = VISITS) -> dict[int, list[Visit]]:
    """person -> their latest visits, the oldest first; items out of `vocabulary` and visits without others are left
    out. People without visits are absent.
    """
    word = {int(column): number for number, column in enumerate(vocabulary)}
    found: dict[int, list[Visit]] = {}
    before: dict[int, float] = {}
    for person, since, items in people.visits.iter_rows():
        words = [word[item] for item in items if item in word]
        if words:
            waited = before.get(person, since) - since
            found.setdefault(person, []).append(Visit(words, float(np.log1p(max(waited, 0.0)))))
            before[person] = since
    return {person: visits[-last:] for person, visits in found.items()}


def _sigmoid(values: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-values)), np.float32)
