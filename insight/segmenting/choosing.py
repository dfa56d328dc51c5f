"""How many groups there are: as many as refits on other draws of the customers agree on; none, where they do not.

Two groupings are fitted on two bootstrap draws of the customers and both asked for everyone's group; their adjusted
Rand index says how far they agree (Ben-Hur, Elisseeff & Guyon 2002, PSB 7). Coarse groupings agree easily and say
little, so the finest is taken that agrees about as well as the best. The silhouette stands beside it, deciding nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight.segmenting.grouping import Grouping, Labels, Method, group
from insight.segmenting.traces import Traces

NUMBERS = tuple(range(2, 13))
LEAST_SIZES = (50, 30, 20, 10)
"""of a group, tried for HDBSCAN, which finds the number of groups by itself"""
PAIRS = 8
"""of refits, for each number"""
AGREED = 0.75
"""mean adjusted Rand between refits, below which a grouping is chance"""
AS_GOOD = 0.05
"""below the best agreement, within which a finer grouping is preferred"""
BEYOND_CHANCE = 0.1
"""by which refits must agree better than on the same counts with no tastes in them"""
LEAST = 5
"""customers for each group that is tried"""
SAMPLE = 4000
"""customers that are grouped; all are assigned. More cost minutes and move nothing"""


@dataclass(frozen=True, slots=True)
class Trial:
    """One number of groups (for HDBSCAN: one least size of a group), tried."""

    asked: int
    groups: int
    """that were found on everyone"""
    agreement: float
    """mean adjusted Rand index between refits, 1 for the same groups each time"""
    low: float
    """of the pair of refits that agreed least"""
    silhouette: float
    """Rousseeuw 1987, of the fit on everyone; NaN with less than two groups"""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was tried and what came of it."""

    method: Method
    trials: tuple[Trial, ...]
    chosen: Trial | None
    """None: nothing held, all customers are one group"""
    chance: float
    """agreement of the finest good trial where customers have no tastes of their own; NaN where none was good"""
    grouping: Grouping | None


def choose(traces: Traces, method: Method = "classes", seed: int = 0, numbers: Sequence[int] | None = None) -> Choice:
    """The finest grouping that holds, out of those with `numbers` groups. Deterministic for equal arguments."""
    rng = np.random.default_rng(seed)
    drawn = traces.rows(np.sort(rng.permutation(len(traces.customers))[:SAMPLE]))
    asked = numbers or (LEAST_SIZES if method == "hdbscan" else NUMBERS)
    trials = tuple(_try(drawn, method, number, seed) for number in asked if LEAST * number <= len(drawn.customers))
    good = [trial for trial in trials if trial.groups > 1 and trial.agreement >= AGREED]
    if not good:
        return Choice(method, trials, None, float("nan"), None)
    floor = max(trial.agreement for trial in good) - AS_GOOD
    best = max((trial for trial in good if trial.agreement >= floor), key=lambda trial: trial.groups)
    chance = _agreement(_tasteless(drawn, rng), method, best.asked, seed)[0]
    if best.agreement < chance + BEYOND_CHANCE:
        return Choice(method, trials, None, chance, None)
    return Choice(method, trials, best, chance, group(drawn, method, best.asked, seed))


def _try(traces: Traces, method: Method, asked: int, seed: int) -> Trial:
    agreement, low = _agreement(traces, method, asked, seed)
    found = group(traces, method, asked, seed)
    return Trial(asked, found.number, agreement, low, _silhouette(traces, found.labels(traces), seed))


def _agreement(traces: Traces, method: Method, number: int, seed: int) -> tuple[float, float]:
    """Mean and lowest adjusted Rand index over pairs of refits."""
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng([seed, number])
    customers = len(traces.customers)
    agreed = []
    for _ in range(PAIRS):
        refits = [group(traces.rows(rng.integers(0, customers, customers)), method, number, seed) for _ in range(2)]
        labels = [refit.labels(traces) for refit in refits]
        # Two refits that put everyone into one group agree perfectly, on nothing.
        apart = all(len(np.unique(found)) > 1 for found in labels)
        agreed.append(adjusted_rand_score(*labels) if apart else 0.0)
    return float(np.mean(agreed)), float(np.min(agreed))


def _tasteless(traces: Traces, rng: np.random.Generator) -> Traces:
    """The same customers with as many traces each, spread as over the whole shop."""
    shop = traces.counts.sum(axis=0) / traces.counts.sum()
    totals = np.rint(traces.counts.sum(axis=1)).astype(int)
    return Traces(traces.customers, traces.columns, rng.multinomial(totals, shop).astype(float))


def _silhouette(traces: Traces, labels: Labels, seed: int) -> float:
    from sklearn.metrics import silhouette_score

    if len(np.unique(labels)) < 2:
        return float("nan")
    return float(silhouette_score(traces.shares(), labels, sample_size=min(2000, len(labels)), random_state=seed))
