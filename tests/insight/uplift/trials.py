"""Trials whose truth is known: whom a message changes, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.uplift.experiment import Experiment

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    experiment: Experiment
    effect: Floats
    """(n,) by how much writing raises the true chance of acting"""


def draw_trial(customers: int, seed: int, leaning: float = 0.0) -> Trial:
    """The first trait decides the effect (0.3 or -0.1), the second who acts unasked, the third nothing.

    `leaning`: how much those who act anyway were rather written to; 0 is a fair draw.
    """
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(customers, 3))
    effect = np.where(features[:, 0] > 0, 0.3, -0.1)
    unasked = np.where(features[:, 1] > 0, 0.6, 0.12)
    propensity = 1 / (1 + np.exp(-leaning * np.sign(features[:, 1])))
    treated = rng.random(customers) < propensity
    acted = rng.random(customers) < unasked + effect * treated
    columns = ("changed", "acts anyway", "noise")
    return Trial(Experiment(features, columns, treated, acted.astype(np.float64), propensity), effect)
