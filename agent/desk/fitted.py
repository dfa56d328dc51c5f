"""The weights that `python -m finetune.desk_fit` finds, from fitted.json: which sentence answers, and whether it does.

Both are linear over a few named numbers, so that a person can read why. It knows no text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FITTED = Path(__file__).with_name("fitted.json")


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights by trait: of a sentence (agent/desk/traits.py), and of an answer (agent/desk/pointedness.py)."""

    sentence: Mapping[str, float]
    answer: Mapping[str, float]
    intercept: float
    """of the answer's"""
    threshold: float
    """probability from which on the desk answers"""

    def sentence_weights(self, names: Sequence[str]) -> NDArray[np.float64]:
        """In the order of `names`. Raises `KeyError` for one that was not fitted."""
        return np.array([self.sentence[name] for name in names], np.float64)

    def probability(self, traits: Mapping[str, float]) -> float:
        """That what was found answers. Raises `KeyError` for a trait that is not measured."""
        total = self.intercept + sum(weight * traits[name] for name, weight in self.answer.items())
        return float(1.0 / (1.0 + np.exp(-np.clip(total, -30.0, 30.0))))


@cache
def load_fitted(path: Path = FITTED) -> Fitted:
    """The weights that are shipped."""
    content = json.loads(path.read_text("utf-8"))
    return Fitted(content["sentence"], content["answer"], content["intercept"], content["threshold"])


def save_fitted(fitted: Fitted, path: Path = FITTED) -> None:
    """Write them, rounded to four places."""
    content = {
        "sentence": {name: round(weight, 4) for name, weight in fitted.sentence.items()},
        "answer": {name: round(weight, 4) for name, weight in fitted.answer.items()},
        "intercept": round(fitted.intercept, 4),
        "threshold": fitted.threshold,
    }
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
