"""One LightGBM model of an outcome, shallow, with as many trees as cross-validation allows: effects are faint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lightgbm import Booster

Floats = NDArray[np.float64]
MOST, PATIENCE, FOLDS = 150, 10, 3
"""trees at most; rounds without gain before it stops; folds"""
SETTINGS = {
    "num_leaves": 6,
    "learning_rate": 0.1,
    "min_data_in_leaf": 100,
    "lambda_l2": 20.0,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "verbosity": -1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
}


def boost(features: Floats, target: Floats, binary: bool, seed: int, weights: Floats | None = None) -> Booster:
    """Fit `target` (n,) by `features` (n, d): log loss where `binary`, else squared error.

    Where no tree helps on held-out rows, one is left: the model says nearly the same of everyone.
    """
    import lightgbm

    data = lightgbm.Dataset(features, target, weight=weights, free_raw_data=False)
    settings = {**SETTINGS, "objective": "binary" if binary else "regression", "seed": seed}
    rng = np.random.default_rng(seed)
    parts = np.array_split(rng.permutation(len(target)), FOLDS)
    folds = [(np.concatenate(parts[:at] + parts[at + 1 :]), part) for at, part in enumerate(parts)]
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    tried = lightgbm.cv(settings, data, MOST, folds=folds, callbacks=[stop])
    trees = max(1, len(next(iter(tried.values()))))
    return lightgbm.train(settings, data, trees)


def predicted(booster: Booster, features: Floats) -> Floats:
    """(n,) what `booster` says of `features` (n, d)."""
    return np.asarray(booster.predict(features, num_threads=1), np.float64)
