"""A model that foretells: encoded columns in, honest probabilities and their reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from core.prediction import Prediction, Reason
from insight.predicting.calibrators import Calibrator
from insight.predicting.columns import Column, Floats, encode
from insight.predicting.drift import Reference
from insight.predicting.search import Scorer

REASONS = 5


@dataclass(frozen=True, slots=True, eq=False)
class ScoreModel:
    """Thread-safe; scores any number of rows at once."""

    name: str
    columns: tuple[Column, ...]
    scorer: Scorer
    calibrator: Calibrator
    reference: Reference
    """what its rows and scores looked like when it learnt"""
    version: str = ""
    """a hash of its content"""

    def probabilities(self, table: pl.DataFrame) -> Floats:
        """(n,) chances of yes for the rows of `table`. Raises `UserError` where a column is lacking."""
        return self.told(encode(self.columns, table))

    def told(self, codes: Floats) -> Floats:
        """The same for (n, columns) codes."""
        return self.calibrator.probabilities(self.scorer.raw(codes))

    def predict(self, table: pl.DataFrame, as_of: datetime, reasons: int = REASONS) -> list[Prediction]:
        """One for each row, in their order, with at most `reasons` weightiest reasons (none: the fastest)."""
        codes = encode(self.columns, table)
        model = f"{self.name}@{self.version}"
        told = self._reasons(codes, reasons) if reasons else [()] * len(codes)
        return [
            Prediction(self.name, value, "probability", as_of, model, reasons=why)
            for value, why in zip(self.told(codes).tolist(), told, strict=True)
        ]

    def _reasons(self, codes: Floats, most: int) -> list[tuple[Reason, ...]]:
        """Of all rows at once: sorting row by row takes longer than the trees do."""
        shares = self.scorer.contributions(codes)
        places = np.argsort(-np.abs(shares), axis=1, kind="stable")[:, :most]
        values = np.take_along_axis(codes, places, axis=1).tolist()
        effects = np.take_along_axis(shares, places, axis=1).round(4).tolist()
        return [
            tuple(
                Reason(self.columns[place].words, self.columns[place].told(value), effect)
                for place, value, effect in zip(*row, strict=True)
                if effect
            )
            for row in zip(places.tolist(), values, effects, strict=True)
        ]


def mean_reasons(model: ScoreModel, codes: Floats) -> Sequence[tuple[Column, float]]:
    """Each column with its mean absolute share in the log odds over the rows `codes`, the weightiest first."""
    shares = np.abs(model.scorer.contributions(codes)).mean(axis=0)
    return [(model.columns[place], float(shares[place])) for place in np.argsort(-shares, kind="stable")]
