"""What people of like taste take: factors of items, by two methods of the library `implicit`.

ALS is Hu, Koren and Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets"; BPR is Rendle et al. 2009
(arXiv:1205.2618). Only the items' factors are kept. A person's come from what they took: for ALS the least squares
solution that the method itself would reach in its next step (equation 4 there), for BPR a linear map of the
mean of what they took.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from insight.recommending.people import People
from insight.recommending.source import Scores, Tensors

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ALPHA = 1.0
"""how much surer a taking makes us that somebody likes an item, beside 1 for one who did not take it"""
REGULARISATION = 10.0
SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class LeastSquares:
    """ALS: a person's factors are x = (Y'Y + Y'(C - I)Y + lambda I)^-1 Y'C p, their scores Y x."""

    vectors: NDArray[np.float32]
    """Y, (items, factors)"""
    name: str = "als"

    def scores(self, people: People) -> Scores:
        return self.persons(people.matrix("taste")) @ self.vectors.T

    def persons(self, taken: csr_matrix) -> NDArray[np.float32]:
        """(people, items) of weights -> (people, factors); 0 for those who took nothing."""
        width = self.vectors.shape[1]
        gram = self.vectors.T @ self.vectors + REGULARISATION * np.eye(width, dtype=np.float32)
        found = np.zeros((taken.shape[0], width), np.float32)
        for person in range(taken.shape[0]):
            row = slice(taken.indptr[person], taken.indptr[person + 1])
            if row.start < row.stop:
                own, sure = self.vectors[taken.indices[row]], ALPHA * taken.data[row]
                found[person] = np.linalg.solve(gram + (own.T * (sure - 1)) @ own, own.T @ sure)
        return found

    def tensors(self) -> Tensors:
        return {"vectors": self.vectors}


@dataclass(frozen=True, slots=True, eq=False)
class PairwiseRanking:
    """BPR: a person's factors with an item's, and the item's bias."""

    vectors: NDArray[np.float32]
    """(items, factors), the last column the bias"""
    folding: NDArray[np.float32]
    """(factors, factors): mean factors of what somebody took, bias last -> the factors that they themselves would get,
    1 last; least squares over those it was trained on"""
    name: str = "bpr"

    def scores(self, people: People) -> Scores:
        taken = people.matrix("taste")
        persons = _means(taken, self.vectors) @ self.folding
        persons[np.diff(taken.indptr) == 0] = 0
        return np.asarray(persons @ self.vectors.T, np.float32)

    def tensors(self) -> Tensors:
        return {"vectors": self.vectors, "folding": self.folding}


def _means(taken: csr_matrix, factors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(people, items) of weights -> (people, factors): the mean factors of what each took."""
    total = np.maximum(np.asarray(taken.sum(axis=1)), 1e-9)
    return np.asarray(taken @ factors / total, np.float32)


def mean_taste(people: People, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(people, dimension): the mean vector of what each took, weighed by `taste`, of length 1; 0 for nothing."""
    return unit(np.asarray(people.matrix("taste") @ vectors, np.float32))


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1; those of length 0 stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)


def fit_least_squares(people: People, factors: int = 64, iterations: int = 15) -> LeastSquares:
    """From the pasts of `people`, each time faded as `taste` fades."""
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(
        factors, REGULARISATION, ALPHA, iterations=iterations, num_threads=1, random_state=SEED
    )
    _fit(model, people)
    return LeastSquares(np.asarray(model.item_factors, np.float32))


def fit_pairwise(people: People, factors: int = 32, iterations: int = 60) -> PairwiseRanking:
    """From the pasts of `people`. One thread: with several, BPR's steps race and no two runs agree."""
    from implicit.cpu.bpr import BayesianPersonalizedRanking

    model = BayesianPersonalizedRanking(
        factors - 1, 0.05, 0.02, iterations=iterations, num_threads=1, random_state=SEED
    )
    _fit(model, people)
    own = np.asarray(model.item_factors, np.float32)
    folding, *_ = np.linalg.lstsq(_means(people.matrix("taste"), own), np.asarray(model.user_factors), rcond=1e-6)
    return PairwiseRanking(own, np.asarray(folding, np.float32))


def _fit(model: object, people: People) -> None:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):  # implicit warns, and crawls, where BLAS threads within its own
        model.fit(people.matrix("taste"), show_progress=False)  # type: ignore[attr-defined]
