"""Which learner, with which settings, on which columns: random search, judged by cross-validated surprise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from insight.predicting.columns import Column, Floats
from insight.predicting.folds import Split
from insight.predicting.linear import Linear, fit_logistic
from insight.predicting.measures import row_losses
from insight.predicting.tasks import Rows
from insight.predicting.trees import ROUNDS, Trees, fit_trees

PENALTIES = (0.01, 0.1, 1.0)
Scorer = Linear | Trees


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that is needed to fit a scorer again."""

    learner: Literal["logistic", "trees"]
    settings: Mapping[str, float]
    columns: tuple[Column, ...] = field(repr=False)

    def __str__(self) -> str:
        settings = ", ".join(f"{name} {value:.3g}" for name, value in self.settings.items())
        return f"{self.learner} on {len(self.columns)} columns ({settings})"


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A recipe, and what it said of rows that it had not learnt from."""

    recipe: Recipe
    places: NDArray[np.intp]
    """of these rows"""
    raw: Floats
    """log odds"""
    loss: float
    """mean surprise in nats"""


def recipes(every: tuple[Column, ...], selected: tuple[Column, ...], trials: int, seed: int) -> list[Recipe]:
    """Logistic regressions over a few penalties and `trials` random settings of trees (Bergstra and Bengio 2012)."""
    sets = [every] if len(selected) == len(every) else [every, selected]
    found = [Recipe("logistic", {"C": penalty}, columns) for columns in sets for penalty in PENALTIES]
    rng = np.random.default_rng(seed)
    for trial in range(trials):
        found.append(Recipe("trees", _tree_settings(rng), sets[trial % len(sets)]))
    return found


def fit(recipe: Recipe, rows: Rows) -> Scorer:
    """The recipe's scorer over its own columns of `rows`."""
    seen = rows.looking_at(recipe.columns)
    return (
        fit_logistic(seen, recipe.settings["C"]) if recipe.learner == "logistic" else fit_trees(seen, recipe.settings)
    )


def try_out(recipe: Recipe, rows: Rows, splits: Sequence[Split]) -> Tried:
    """Fit on each split's rows to learn from, and score the others."""
    places, raw = [], []
    for split in splits:
        scorer = fit(recipe, rows.take(split.learn))
        places.append(split.judge)
        raw.append(scorer.raw(rows.take(split.judge).looking_at(recipe.columns).codes))
    judged, said = np.concatenate(places), np.concatenate(raw)
    told = 1 / (1 + np.exp(-np.clip(said, -40, 40)))
    return Tried(recipe, judged, said, float(row_losses(told, rows.truth[judged]).mean()))


def _tree_settings(rng: np.random.Generator) -> dict[str, float]:
    rate = float(np.exp(rng.uniform(np.log(0.02), np.log(0.12))))
    return {
        "learning_rate": rate,
        ROUNDS: int(rng.uniform(3.0, 12.0) / rate),
        "num_leaves": int(rng.choice([3, 4, 6, 8, 12, 16])),
        "min_data_in_leaf": int(rng.choice([8, 15, 30, 60])),
        "feature_fraction": float(rng.uniform(0.4, 1.0)),
        "bagging_fraction": float(rng.uniform(0.6, 1.0)),
        "bagging_freq": 1,
        "lambda_l2": float(np.exp(rng.uniform(np.log(0.1), np.log(30)))),
    }
