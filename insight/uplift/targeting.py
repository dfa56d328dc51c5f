"""Writing to a share of the customers only: what it brings by 1,000 messages, by several ways of choosing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.uplift.experiment import Experiment
from insight.uplift.intervals import Between, between
from insight.uplift.ranking import Ranked, rank, resamples

Floats = NDArray[np.float64]
RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Targeted:
    """One way of choosing. Figures are by 1,000 messages sent, with 95 % intervals."""

    name: str
    gross: Between
    """outcomes of those chosen, written to"""
    incremental: Between
    """the same, less what they would have done unasked (those chosen who happened to be held out)"""
    over_random: Between
    """incremental outcomes beyond those of choosing at random; resampled together"""


def target(experiment: Experiment, scores: Mapping[str, Floats], share: float) -> tuple[Targeted, ...]:
    """Each of `scores` (name -> (n,)) choosing the best `share`, and `random`, which is everybody's mean.

    A random choice is reckoned by its expectation, not by one draw: the mean of the whole trial.
    """
    ranked = {name: rank(experiment, own) for name, own in scores.items()}
    whole = rank(experiment, np.zeros(len(experiment)))
    drawn: dict[str, list[tuple[float, float]]] = {name: [] for name in (*scores, RANDOM)}
    for counts in resamples(len(experiment)):
        for name, one in ranked.items():
            drawn[name].append(_figures(one, share, counts))
        drawn[RANDOM].append(_figures(whole, 1.0, counts))
    seen = {name: _figures(one, share) for name, one in ranked.items()} | {RANDOM: _figures(whole, 1.0)}
    return tuple(_targeted(name, seen, {at: np.array(pairs) for at, pairs in drawn.items()}) for name in drawn)


def contrast(experiment: Experiment, ours: Floats, other: Floats, share: float) -> Between:
    """Incremental outcomes by 1,000 messages of choosing by `ours` (n,), less those of choosing by `other` (n,)."""
    first, second = rank(experiment, ours), rank(experiment, other)
    drawn = [
        _figures(first, share, counts)[1] - _figures(second, share, counts)[1] for counts in resamples(len(experiment))
    ]
    return between(_figures(first, share)[1] - _figures(second, share)[1], np.array(drawn))


def _figures(ranked: Ranked, share: float, counts: NDArray[np.intp] | None = None) -> tuple[float, float]:
    """(gross, incremental) by 1,000 messages."""
    some = None if counts is None else counts[ranked.order].astype(np.float64)
    written, left = ranked.means(np.array([share]), some)
    return 1000 * float(written[0]), 1000 * float(written[0] - left[0])


def _targeted(name: str, seen: Mapping[str, tuple[float, float]], drawn: Mapping[str, Floats]) -> Targeted:
    gross, incremental = seen[name]
    return Targeted(
        name,
        between(gross, drawn[name][:, 0]),
        between(incremental, drawn[name][:, 1]),
        between(incremental - seen[RANDOM][1], drawn[name][:, 1] - drawn[RANDOM][:, 1]),
    )
