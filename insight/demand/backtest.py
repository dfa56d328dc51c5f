"""What each method would have said on earlier dates, beside what came. Knows no way of choosing between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.demand.methods import METHODS, Method, is_sparse
from insight.demand.panel import Days, DemandPanel

Told = Callable[[int, int], None]
"""hears how many of how many dates are done"""


@dataclass(frozen=True, slots=True)
class PastForecasts:
    """All methods at all earlier dates."""

    methods: tuple[str, ...]
    origins: tuple[int, ...]
    """how many days were known then, the earliest first"""
    said: NDArray[np.float64]
    """shape (methods, origins, series, horizon); NaN where a method was not asked"""
    came: NDArray[np.float64]
    """shape (origins, series, horizon)"""

    @property
    def horizon(self) -> int:
        return int(self.came.shape[2])

    def known_before(self, origin: int) -> NDArray[np.int64]:
        """Places of the origins all of whose days had come when `origin` days were known."""
        return np.asarray([at for at, then in enumerate(self.origins) if then + self.horizon <= origin], dtype=np.int64)


def look_back(
    panel: DemandPanel,
    horizon: int,
    origins: Sequence[int],
    methods: Sequence[Method] = METHODS,
    told: Told | None = None,
) -> PastForecasts:
    """Ask `methods` at each of `origins`, ascending, each with at least `horizon` days of `panel` behind it."""
    said = np.full((len(methods), len(origins), len(panel.ids), horizon), np.nan)
    for at, origin in enumerate(origins):
        said[:, at] = ask(panel.until(origin), horizon, methods)
        if told is not None:
            told(at + 1, len(origins))
    came = np.stack([panel.values[:, origin : origin + horizon] for origin in origins])
    return PastForecasts(tuple(method.name for method in methods), tuple(origins), said, came)


def ask(panel: DemandPanel, horizon: int, methods: Sequence[Method] = METHODS) -> Days:
    """The days after the panel's last by each method, shape (methods, series, horizon); NaN where it does not fit."""
    said = np.full((len(methods), len(panel.ids), horizon), np.nan)
    sparse = is_sparse(panel.values)
    for at, method in enumerate(methods):
        wanted = sparse if method.sparse_only else np.ones(len(panel.ids), dtype=bool)
        if panel.days >= method.least_days and wanted.any():
            said[at, wanted] = method.ahead(panel.only(wanted), horizon)
    return said


def origins_of(days: int, horizon: int, step: int, most: int, least_history: int) -> tuple[int, ...]:
    """At most `most` earlier dates, `step` apart, the latest `horizon` days before the end, none before
    `least_history`."""
    latest = days - horizon
    return tuple(sorted(range(latest, max(least_history, latest - step * most), -step)))
