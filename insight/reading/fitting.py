"""Fitting a linear head to embeddings and words: penalties, the words' share and the temperature on held-out rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insight.reading.calibration import Pool, fit_pool
from insight.reading.lexicon import Lexicon, buckets_for, learn_lexicon

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]

EMBEDDING_PENALTIES = (3.0, 10.0, 30.0, 100.0)
"""values of C tried; e5's vectors lie close together, so the weights must be allowed to grow"""
WORD_PENALTIES = (3.0, 10.0, 30.0)
FOLDS = 5
FEW = 5000
"""rows up to which several threads only wait for one another"""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What is learnt from; all of the same length."""

    texts: Sequence[str]
    vectors: Floats
    """(n, dimension)"""
    labels: NDArray[np.str_]
    importance: NDArray[np.float64]
    """how much each row counts"""

    def some(self, chosen: Indices) -> Rows:
        texts = [self.texts[one] for one in chosen]
        return Rows(texts, self.vectors[chosen], self.labels[chosen], self.importance[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Rows to learn from and rows to check on."""

    learn: Indices
    check: Indices


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A linear reading of one side of a text, fitted to all rows, and what its likes said of rows they had not seen."""

    weights: Floats
    """(classes, dimension or buckets)"""
    bias: Floats
    penalty: float
    lexicon: Lexicon | None
    held_out: Floats
    """(n, classes); zero for rows that no split checks"""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    classes: tuple[str, ...]
    meaning: View
    words: View
    """takes no part where `pool.share` is 0"""
    pool: Pool
    checked: Indices
    """the rows that were held out once"""

    @property
    def held_out_logits(self) -> Floats:
        """(checked, classes), before the temperature, by models that had not seen the row."""
        both = self.pool.logits(self.meaning.held_out, self.words.held_out)
        return np.asarray(both[self.checked], np.float32)


def fit_head(rows: Rows, splits: Sequence[Split] = ()) -> Fit:
    """The same rows, the same head. Without `splits`, five stratified folds.

    Each view takes the penalty with the least held-out log loss; then the words' share and the temperature are fitted
    on the held-out logits of both, and the views on all rows.
    """
    cuts = splits or stratified(rows.labels)
    checked = np.concatenate([cut.check for cut in cuts])
    with import_module("threadpoolctl").threadpool_limits(1 if len(rows.labels) <= FEW else None):
        meaning = _best_view(rows, cuts, checked, EMBEDDING_PENALTIES, _see_meaning)
        words = _best_view(rows, cuts, checked, WORD_PENALTIES, _see_words)
    pool = _pool(rows, checked, meaning.held_out, words.held_out)
    return Fit(tuple(np.unique(rows.labels).tolist()), meaning, words, pool, checked)


def stratified(labels: NDArray[np.str_]) -> list[Split]:
    """Five folds, each with its share of every label."""
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(labels, labels)
    return [Split(np.asarray(learn), np.asarray(check)) for learn, check in folds]


See = Callable[[Rows], tuple[Any, Callable[[Rows], Any], Lexicon | None]]
"""rows learnt from -> their matrix, how to make that of other rows, and the lexicon where there is one"""


def _see_meaning(rows: Rows) -> tuple[Any, Callable[[Rows], Any], None]:
    return rows.vectors, lambda others: others.vectors, None


def _see_words(rows: Rows) -> tuple[Any, Callable[[Rows], Any], Lexicon]:
    lexicon = learn_lexicon(rows.texts, buckets_for(len(np.unique(rows.labels)), len(rows.texts)))
    return lexicon.matrix(rows.texts), lambda others: lexicon.matrix(others.texts), lexicon


def _best_view(rows: Rows, cuts: Sequence[Split], checked: Indices, penalties: Sequence[float], see: See) -> View:
    """Penalties are tried from the strongest; the loss has one valley, so the first that does worse ends it."""
    learnt = [(rows.some(cut.learn), rows.some(cut.check), cut.check) for cut in cuts]
    seen = [(see(learn), learn, check, where) for learn, check, where in learnt]
    matrices = [(sight[0], learn, sight[1](check), where) for sight, learn, check, where in seen]
    best: tuple[float, float, Floats] | None = None
    for penalty in penalties:
        logits = np.zeros((len(rows.labels), len(np.unique(rows.labels))), np.float32)
        for matrix, learn, others, where in matrices:
            weights, bias = _logistic(matrix, learn, penalty)
            logits[where] = others @ weights.T + bias
        loss = _pool(rows, checked, logits, None).loss
        if best is not None and loss >= best[0]:
            break
        best = loss, penalty, logits
    assert best is not None
    matrix, _, lexicon = see(rows)
    return View(*_logistic(matrix, rows, best[1]), best[1], lexicon, best[2])


def _pool(rows: Rows, checked: Indices, first: Floats, second: Floats | None) -> Pool:
    columns = np.searchsorted(np.unique(rows.labels), rows.labels)[checked]
    return fit_pool(first[checked], None if second is None else second[checked], columns, rows.importance[checked])


def _logistic(matrix: Any, rows: Rows, penalty: float) -> tuple[Floats, Floats]:
    """Weights (classes, columns) and bias (classes) of a softmax regression."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=penalty, class_weight="balanced", max_iter=2000)
    model.fit(matrix, rows.labels, sample_weight=rows.importance)
    weights, bias = np.asarray(model.coef_, np.float32), np.asarray(model.intercept_, np.float32)
    if len(weights) == 1:  # of two classes scikit-learn tells only the second's odds
        half = np.float32(0.5)
        weights, bias = half * np.concatenate([-weights, weights]), half * np.concatenate([-bias, bias])
    return weights, bias
