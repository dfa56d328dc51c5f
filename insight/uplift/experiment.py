"""What a trial with two arms came to: who was written to, what they did, and how likely each was to be written to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]
LEAST = 200
"""customers in each arm; with fewer, an effect of any usual size drowns in chance"""
LEAST_OUTCOMES = 30
"""customers in each arm whose outcome is not 0"""
CLIPPED = 0.02
"""estimated propensities are kept this far from 0 and 1: beyond, one customer would stand for fifty"""


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """n customers, an entry or row each. Features are as of before the treatment."""

    features: Floats
    """(n, d); NaN where unknown"""
    columns: tuple[str, ...]
    """d names"""
    treated: Flags
    """(n,) whether they were written to"""
    outcome: Floats
    """(n,) what they did afterwards: 1 or 0, or an amount"""
    propensity: Floats
    """(n,) the chance that they had of being written to: the known one of a draw, or an estimated one"""

    def __len__(self) -> int:
        return len(self.outcome)

    def take(self, rows: Rows | Flags) -> Experiment:
        """The customers at `rows`."""
        return Experiment(
            self.features[rows], self.columns, self.treated[rows], self.outcome[rows], self.propensity[rows]
        )

    @property
    def binary(self) -> bool:
        """Whether the outcome is a yes or a no."""
        return bool(np.isin(self.outcome, (0.0, 1.0)).all())

    def weights(self) -> Floats:
        """(n,) how many customers each one stands for: one over their chance of being in their arm."""
        return np.where(self.treated, 1 / self.propensity, 1 / (1 - self.propensity))


def refuse_thin(experiment: Experiment) -> None:
    """Raises `UserError` where an arm is too small, or too little happened in it."""
    for name, arm in (("written to", experiment.treated), ("held out", ~experiment.treated)):
        found, acted = int(arm.sum()), int((experiment.outcome[arm] != 0).sum())
        if found < LEAST or acted < LEAST_OUTCOMES:
            shown = f"{found} {name}, of whom {acted} responded"
            wanted = f"at least {LEAST}, of whom {LEAST_OUTCOMES} responded"
            raise UserError("experiment", shown, wanted, "write to a larger audience, or wait for more outcomes")


def split(experiment: Experiment, share: float, seed: int) -> tuple[Experiment, Experiment]:
    """(the rest, `share` of it), drawn at random within each arm so that both keep its proportion."""
    rng = np.random.default_rng(seed)
    out = np.zeros(len(experiment), bool)
    for arm in (experiment.treated, ~experiment.treated):
        members = rng.permutation(np.flatnonzero(arm))
        out[members[: round(share * len(members))]] = True
    return experiment.take(~out), experiment.take(out)


def drawn_at(treated: Flags, chance: float | None = None) -> Floats:
    """(n,) everyone's propensity in a random draw: `chance`, or the share that was treated."""
    return np.full(len(treated), float(treated.mean()) if chance is None else chance)


def estimate_propensity(features: Floats, treated: Flags, seed: int = 0) -> Floats:
    """(n,) where nobody drew: logistic regression on `features`, each fifth by a model of the others.

    What decided and stands in no column stays unseen; only a draw makes effects safe from that.
    """
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    chance = cross_val_predict(model, features, treated, cv=folds, method="predict_proba")[:, 1]
    return np.asarray(np.clip(chance, CLIPPED, 1 - CLIPPED), np.float64)
