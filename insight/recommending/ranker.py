"""The blend: LightGBM learns from a window of time what each source's word is worth (LambdaMART, Burges 2010).

Two of them: one over everything, one over what is new to a person alone; what foretells the tenth pack of coffee says
little of a first one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from insight.recommending.signals import PAST, Signals

if TYPE_CHECKING:
    from lightgbm import Booster

PARAMETERS = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 20,
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "seed": 0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
ROUNDS = 100
"""more did no better on a window before those that are reported"""


@dataclass(frozen=True, slots=True, eq=False)
class Ranker:
    """Scores of any scale; they compare one person's items."""

    booster: Booster
    columns: tuple[str, ...]

    def scores(self, signals: Signals) -> NDArray[np.float32]:
        """(rows,)"""
        return np.asarray(self.booster.predict(signals.values, num_threads=1), np.float32)

    def credits(self, signals: Signals, among: Collection[str] | None = None) -> list[str]:
        """Who is behind each row: the source whose columns add most to its score (SHAP, Lundberg et al. 2020).

        `among` names those that had anything to go by; default: all.
        """
        shares = np.asarray(self.booster.predict(signals.values, pred_contrib=True, num_threads=1))[:, :-1]
        behind = [credited(column) for column in self.columns]
        names = sorted(set(behind) - {"nobody"} if among is None else set(behind).intersection(among))
        sums = np.stack([shares[:, [name == one for one in behind]].sum(axis=1) for name in names], axis=1)
        return [names[best] for best in sums.argmax(axis=1)]


def credited(column: str) -> str:
    """The source that a column of `Signals` speaks for."""
    if column.startswith("own_"):
        return PAST[column.removeprefix("own_")]
    return column.removesuffix("_place")


def fit_ranker(signals: Sequence[Signals], taken: Sequence[NDArray[np.bool_]], rounds: int = ROUNDS) -> Ranker | None:
    """From candidates of one or more windows and which of them were taken. None where none was."""
    import lightgbm

    rows = [_of_use(own, labels) for own, labels in zip(signals, taken, strict=True)]
    values = np.concatenate([own.values[use] for own, use in zip(signals, rows, strict=True)])
    labels = np.concatenate([own[use] for own, use in zip(taken, rows, strict=True)])
    if not labels.any():
        return None
    sizes = np.concatenate(
        [np.unique(own.person[use], return_counts=True)[1] for own, use in zip(signals, rows, strict=True)]
    )
    columns = signals[0].columns
    data = lightgbm.Dataset(values, labels.astype(np.int32), group=sizes, feature_name=list(columns))
    return Ranker(lightgbm.train(PARAMETERS, data, rounds), columns)


def _of_use(signals: Signals, taken: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The rows of people who took any of their candidates; the others teach no order."""
    return np.isin(signals.person, signals.person[taken])
