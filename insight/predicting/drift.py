"""Has the world moved since a model learnt? Population stability of each column and of the score, and of the answers.

The index is sum((now - then) ln(now / then)) over bins (Siddiqi 2006, "Credit Risk Scorecards"): below 0.1 the same,
above 0.25 another population.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insight.predicting.columns import Column, Floats

BINS = 10
WATCH, ALARM = 0.1, 0.25
FLOOR = 1e-4
"""the least share of a bin, so that an empty one does not weigh infinitely"""
SURE = 0.01
"""p below which the answers are said to have drifted"""


@dataclass(frozen=True, slots=True)
class Spread:
    """How values fell into bins: below and above each edge, one bin a level for texts; the last bin is the missing."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The rows that a model learnt from."""

    columns: Mapping[str, Spread]
    score: Spread


@dataclass(frozen=True, slots=True)
class Moved:
    """How far one column, or the score, has moved."""

    name: str
    index: float
    """population stability index"""

    @property
    def verdict(self) -> str:
        return "steady" if self.index < WATCH else "watch" if self.index < ALARM else "drifted"


@dataclass(frozen=True, slots=True)
class AnswerDrift:
    """Whether as many said yes as were foretold to."""

    foretold: float
    """mean probability"""
    happened: float
    """share of yes"""
    p: float
    """two-sided, of a difference this large by chance where every probability is true"""

    @property
    def verdict(self) -> str:
        return "drifted" if self.p < SURE else "steady"


def spread_of(values: Floats, levels: int = 0) -> Spread:
    """Of (n,) numbers by their deciles, or of codes by their `levels`."""
    known = values[~np.isnan(values)]
    cuts = np.quantile(known, np.arange(1, BINS) / BINS) if len(known) else np.empty(0)
    edges = np.arange(0.5, levels - 0.5) if levels else np.unique(cuts)
    return Spread(tuple(map(float, edges)), tuple(map(float, _shares(edges, values))))


def reference_of(columns: Sequence[Column], codes: Floats, scores: Floats) -> Reference:
    """Of (n, columns) codes and (n,) probabilities."""
    spreads = {
        column.name: spread_of(codes[:, place], len(column.levels or ())) for place, column in enumerate(columns)
    }
    return Reference(spreads, spread_of(scores))


def stability(then: Spread, values: Floats) -> float:
    """The population stability index of (n,) `values` against what was."""
    before = np.maximum(np.array(then.shares), FLOOR)
    now = np.maximum(_shares(np.array(then.edges), values), FLOOR)
    return float(np.sum((now - before) * np.log(now / before)))


def drift_of(
    reference: Reference, columns: Sequence[Column], codes: Floats, scores: Floats, words: str
) -> tuple[Moved, ...]:
    """The score first, called `words`, then the columns that moved most."""
    moved = [
        Moved(column.words, stability(reference.columns[column.name], codes[:, place]))
        for place, column in enumerate(columns)
    ]
    moved.sort(key=lambda one: -one.index)
    return Moved(words, stability(reference.score, scores)), *moved


def answer_drift(scores: Floats, truth: NDArray[np.bool_]) -> AnswerDrift:
    """Spiegelhalter's kind of test on the mean: (yes - foretold) over its deviation, normal for many rows."""
    from scipy.stats import norm

    deviation = float(np.sqrt(np.sum(scores * (1 - scores)))) or 1e-9
    z = float(truth.sum() - scores.sum()) / deviation
    return AnswerDrift(float(scores.mean()), float(truth.mean()), float(2 * norm.sf(abs(z))))


def reference_from(plain: Mapping[str, Any]) -> Reference:
    """What `dataclasses.asdict` made of one, read back from JSON."""

    def spread(value: Mapping[str, Sequence[float]]) -> Spread:
        return Spread(tuple(value["edges"]), tuple(value["shares"]))

    return Reference({name: spread(one) for name, one in plain["columns"].items()}, spread(plain["score"]))


def _shares(edges: NDArray[Any], values: Floats) -> Floats:
    """(bins + 1,): the last is the share of the missing."""
    gone = np.isnan(values)
    counted = np.bincount(np.searchsorted(edges, values[~gone], side="left"), minlength=len(edges) + 1)
    return np.append(counted, gone.sum()) / max(len(values), 1)
