"""Boosted trees (LightGBM): its text is what is kept, its own TreeSHAP gives the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from insight.predicting.columns import Column, Floats
from insight.predicting.tasks import Rows

if TYPE_CHECKING:
    from lightgbm import Booster

SILENT = {"verbosity": -1, "deterministic": True, "force_row_wise": True, "seed": 0}
ROUNDS = "rounds"


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """A fitted booster. Thread-safe for scoring."""

    text: str
    """LightGBM's own format"""
    booster: Booster = field(repr=False)

    def raw(self, codes: Floats) -> Floats:
        """(n, columns) -> (n,) log odds."""
        return np.asarray(self.booster.predict(codes, raw_score=True), np.float64)

    def contributions(self, codes: Floats) -> Floats:
        """(n, columns): exact Shapley values of the trees in log odds (Lundberg et al. 2018, arXiv:1802.03888)."""
        return np.asarray(self.booster.predict(codes, pred_contrib=True), np.float64)[:, :-1]

    def importance(self) -> Floats:
        """(columns,): what each column's splits took off the loss, of sum 1."""
        gains = np.asarray(self.booster.feature_importance("gain"), np.float64)
        return np.asarray(gains / max(gains.sum(), 1e-12))


def trees_of(text: str) -> Trees:
    """The trees in LightGBM's text `text`."""
    from lightgbm import Booster

    return Trees(text, Booster(model_str=text))


def fit_trees(rows: Rows, settings: Mapping[str, float]) -> Trees:
    """Binary log loss; `settings` are LightGBM's, and `rounds`."""
    import lightgbm

    given = {name: value for name, value in settings.items() if name != ROUNDS}
    booster = lightgbm.train(
        {"objective": "binary", **SILENT, **given}, training_set(rows), num_boost_round=int(settings[ROUNDS])
    )
    return trees_of(booster.model_to_string())


def training_set(rows: Rows) -> object:
    """`rows` as LightGBM's data set; text columns are categories to it."""
    import lightgbm

    return lightgbm.Dataset(
        rows.codes, rows.truth.astype(np.float64), categorical_feature=_texts(rows.columns), params={"verbosity": -1}
    )


def _texts(columns: tuple[Column, ...]) -> list[int]:
    return [place for place, column in enumerate(columns) if column.levels is not None]
