"""A model goes on learning from answers that arrived since: each batch is foretold first, then learnt from.

Whoever is tested so cannot flatter itself (Dawid 1984, "The prequential approach"). The model as it was is tested on
the same batches; what went on learning takes its place only where it was less surprised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from insight.predicting.drift import AnswerDrift, Moved, answer_drift, drift_of, reference_of
from insight.predicting.gates import Gate, refuse_thin
from insight.predicting.linear import Linear
from insight.predicting.measures import log_loss
from insight.predicting.model import ScoreModel
from insight.predicting.search import Scorer
from insight.predicting.tasks import Rows
from insight.predicting.trees import SILENT, Trees, trees_of

BATCHES = 5
KEPT = 0.9
"""share of a leaf's old value that a batch leaves it"""
STEP = 0.01
"""of the gradient, for linear models"""
LEAST_NEW = 50


@dataclass(frozen=True, slots=True, eq=False)
class Updated:
    """What came of new answers."""

    model: ScoreModel
    """the one that was less surprised"""
    rows: int
    moved: tuple[Moved, ...]
    """the score first, then the columns that moved most"""
    answers: AnswerDrift
    frozen_loss: float
    """mean surprise of the model as it was, in nats"""
    updated_loss: float
    """of the one that went on learning, each batch foretold before it was learnt from"""

    @property
    def took(self) -> bool:
        """Whether the updated model takes the old one's place."""
        return self.updated_loss < self.frozen_loss

    @property
    def drifted(self) -> bool:
        """Whether anything says that a model should be trained anew."""
        return self.answers.verdict == "drifted" or any(one.verdict == "drifted" for one in self.moved)


def update(model: ScoreModel, rows: Rows) -> Updated:
    """Learn on from `rows`, whose columns are the model's, in the order of their times.

    Raises `UserError` for fewer than `LEAST_NEW` rows.
    """
    refuse_thin(f"update {model.name}", [Gate("new rows with an answer", len(rows), LEAST_NEW)], "wait for more")
    if rows.times is not None:
        rows = rows.take(np.argsort(rows.times, kind="stable"))
    frozen, told = model.told(rows.codes), np.empty(len(rows))
    going = model
    for places in np.array_split(np.arange(len(rows)), BATCHES):
        batch = rows.take(places)
        told[places] = going.told(batch.codes)
        going = replace(going, scorer=learn_on(going.scorer, batch))
    losses = log_loss(frozen, rows.truth), log_loss(told, rows.truth)
    if losses[1] < losses[0]:
        chosen = replace(going, reference=reference_of(rows.columns, rows.codes, going.told(rows.codes)))
    else:
        chosen = model
    moved = drift_of(model.reference, rows.columns, rows.codes, frozen, "the score")
    return Updated(chosen, len(rows), moved, answer_drift(frozen, rows.truth), *losses)


def learn_on(scorer: Scorer, batch: Rows) -> Scorer:
    """`scorer` after one more batch."""
    return _refit(scorer, batch) if isinstance(scorer, Trees) else _step(scorer, batch)


def _refit(trees: Trees, batch: Rows) -> Trees:
    """The same splits, their leaves drawn towards what the batch says (LightGBM's refit)."""
    again = trees.booster.refit(batch.codes, batch.truth.astype(np.float64), decay_rate=KEPT, **SILENT)
    return trees_of(again.model_to_string())


def _step(linear: Linear, batch: Rows) -> Linear:
    """One pass of stochastic gradient descent on the logistic loss, from the weights as they are."""
    from sklearn.linear_model import SGDClassifier

    descent = SGDClassifier(loss="log_loss", alpha=1e-4, learning_rate="constant", eta0=STEP, random_state=0)
    matrix = linear.design.matrix(batch.codes)
    descent.partial_fit(matrix[:1], batch.truth[:1], classes=[False, True])  # makes room for the weights set next
    descent.coef_, descent.intercept_ = linear.weights[None, :].copy(), np.array([linear.bias])
    descent.partial_fit(matrix, batch.truth)
    return replace(linear, weights=np.asarray(descent.coef_[0]), bias=float(descent.intercept_[0]))
