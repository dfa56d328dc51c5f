"""Which columns earn their place: those that the Lasso path keeps, and those whose splits beat shuffled copies."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from insight.predicting.columns import Column
from insight.predicting.design import make_design
from insight.predicting.tasks import Rows
from insight.predicting.trees import ROUNDS, fit_trees

PROBE = {"learning_rate": 0.1, "num_leaves": 8, "min_data_in_leaf": 20, ROUNDS: 80}


def select_columns(rows: Rows, seed: int = 0) -> tuple[Column, ...]:
    """The columns that either way keeps; all of them where none is kept."""
    kept = _kept_by_lasso(rows, seed) | _kept_by_trees(rows, seed)
    chosen = tuple(column for column, keep in zip(rows.columns, kept, strict=True) if keep)
    return chosen or rows.columns


def _kept_by_lasso(rows: Rows, seed: int) -> NDArray[np.bool_]:
    """Columns of which a part is left where the path's cross-validated error is within one standard error of its least.

    Tibshirani 1996, "Regression Shrinkage and Selection via the Lasso"; the rule is that of Hastie, Tibshirani and
    Friedman, "The Elements of Statistical Learning", 7.10.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LassoCV, lasso_path
    from sklearn.model_selection import GroupKFold

    design = make_design(rows.columns, rows.codes)
    matrix, truth = design.matrix(rows.codes), rows.truth - rows.truth.mean()
    folds = list(GroupKFold(4, shuffle=True, random_state=seed).split(matrix, truth, rows.groups))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # at the path's dense end, where nothing is chosen
        path = LassoCV(alphas=40, cv=folds, eps=1e-3).fit(matrix, truth)
    errors = path.mse_path_.mean(axis=1)
    spread = path.mse_path_.std(axis=1) / np.sqrt(len(folds))
    best = int(errors.argmin())
    simplest = int(np.flatnonzero(errors <= errors[best] + spread[best])[0])  # alphas fall: the first is the sparsest
    _, weights, _ = lasso_path(matrix, truth, alphas=[path.alphas_[simplest]])
    kept = np.zeros(len(rows.columns), bool)
    kept[design.owners[np.abs(weights[:, 0]) > 0]] = True
    return kept


def _kept_by_trees(rows: Rows, seed: int) -> NDArray[np.bool_]:
    """Columns whose splits gain more than those of any shuffled copy (Kursa and Rudnicki 2010, Boruta; one round)."""
    rng = np.random.default_rng(seed)
    shadows = rng.permuted(rows.codes, axis=0)
    copies = tuple(replace(column, name=f"shuffled {column.name}") for column in rows.columns)
    both = replace(rows, columns=(*rows.columns, *copies), codes=np.hstack([rows.codes, shadows]))
    gains = fit_trees(both, PROBE).importance()
    return np.asarray(gains[: len(rows.columns)] > gains[len(rows.columns) :].max())
