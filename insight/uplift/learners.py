"""Learning the effect of a message: the two-model approach and the X-learner; and a response model beside them.

A response model finds who will act when written to; many of them act anyway. The two others find whom writing changes.
Künzel, Sekhon, Bickel and Yu, PNAS 116(10), 2019 (arXiv:1706.03461) call the first the T-learner and propose the
X-learner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from insight.uplift.boosting import boost, predicted
from insight.uplift.experiment import Experiment

if TYPE_CHECKING:
    from lightgbm import Booster

Floats = NDArray[np.float64]
Kind = Literal["two-model", "x-learner", "response"]


@dataclass(frozen=True, slots=True, eq=False)
class UpliftModel:
    """Gives customers a score: the higher, the sooner they are to be written to."""

    kind: Kind
    columns: tuple[str, ...]
    boosters: Mapping[str, Booster]
    """two-model: `treated`, `control`; x-learner: `effect-on-treated`, `effect-on-control`; response: `treated`"""
    share: float
    """of the customers learnt from, who were treated: the X-learner's weight"""

    def scores(self, features: Floats) -> Floats:
        """(n, d) -> (n,): by how much writing changes the outcome; of a response model, the outcome when written to."""
        told = {name: predicted(booster, features) for name, booster in self.boosters.items()}
        if self.kind == "response":
            return told["treated"]
        if self.kind == "two-model":
            return told["treated"] - told["control"]
        return self.share * told["effect-on-control"] + (1 - self.share) * told["effect-on-treated"]


def fit_response(experiment: Experiment, seed: int = 0) -> UpliftModel:
    """The outcome of those who were written to: what is often used, and what uplift must beat."""
    return _model("response", experiment, {"treated": _arm(experiment, True, seed)})


def fit_two_models(experiment: Experiment, seed: int = 0) -> UpliftModel:
    """The outcome of each arm, and their difference."""
    arms = {"treated": _arm(experiment, True, seed), "control": _arm(experiment, False, seed + 1)}
    return _model("two-model", experiment, arms)


def fit_x_learner(experiment: Experiment, seed: int = 0) -> UpliftModel:
    """Each customer's effect, the missing half of it told by the other arm's model, learnt in each arm by itself.

    The two are mixed by the share treated, so that the arm with more customers, whose model told the other's missing
    half, decides more.
    """
    treated, control = _arm(experiment, True, seed), _arm(experiment, False, seed + 1)
    arm, features, outcome, weights = (
        experiment.treated,
        experiment.features,
        experiment.outcome,
        experiment.weights(),
    )
    gained = outcome[arm] - predicted(control, features[arm])
    missed = predicted(treated, features[~arm]) - outcome[~arm]
    effects = {
        "effect-on-treated": boost(features[arm], gained, False, seed + 2, weights[arm]),
        "effect-on-control": boost(features[~arm], missed, False, seed + 3, weights[~arm]),
    }
    return _model("x-learner", experiment, effects)


LEARNERS: Mapping[str, Callable[[Experiment, int], UpliftModel]] = {
    "x-learner": fit_x_learner,
    "two-model": fit_two_models,
    "response": fit_response,
}


def _arm(experiment: Experiment, treated: bool, seed: int) -> Booster:
    arm = experiment.treated == treated
    weights = experiment.weights()[arm]
    return boost(experiment.features[arm], experiment.outcome[arm], experiment.binary, seed, weights)


def _model(kind: Kind, experiment: Experiment, boosters: Mapping[str, Booster]) -> UpliftModel:
    return UpliftModel(kind, experiment.columns, boosters, float(experiment.treated.mean()))
