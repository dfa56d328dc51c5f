"""Daily series whose truth is planted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from insight.demand.panel import DemandPanel

WEEK = np.array([1.0, 0.8, 0.8, 0.9, 1.2, 1.5, 0.8])
FIRST = date(2026, 1, 5)


@pytest.fixture
def panel() -> Callable[..., DemandPanel]:
    """panel(level, level, days=200, seed=1) -> Poisson counts around each level, with one rhythm of the week."""

    def made(*levels: float, days: int = 200, seed: int = 1, country: str = "") -> DemandPanel:
        rhythm = np.tile(WEEK, days // 7 + 1)[:days]
        counts = np.random.default_rng(seed).poisson(np.asarray(levels)[:, None] * rhythm[None])
        ids = tuple(f"s{number}" for number in range(len(levels)))
        return DemandPanel(ids, FIRST, counts.astype(np.float64), "pieces", country)

    return made
