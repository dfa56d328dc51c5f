"""Which series have a past that says anything. What is refused is told with its reason, never left out in silence."""

from __future__ import annotations

import numpy as np

from insight.demand.forecast import TooThin
from insight.demand.panel import WEEK, DemandPanel

LEAST_DAYS = 4 * WEEK
LEAST_BOUGHT = 10.0
"""pieces or orders in all"""


def sort_out(panel: DemandPanel) -> tuple[DemandPanel, tuple[TooThin, ...]]:
    """The series worth a forecast, and the others."""
    totals = panel.values.sum(axis=1)
    fit = np.full(len(panel.ids), panel.days >= LEAST_DAYS) & (totals >= LEAST_BOUGHT)
    refused = tuple(
        TooThin(series, panel.days, float(total), _why(panel, float(total)))
        for series, total, taken in zip(panel.ids, totals, fit, strict=True)
        if not taken
    )
    return panel.only(fit), refused


def _why(panel: DemandPanel, total: float) -> str:
    if panel.days < LEAST_DAYS:
        return f"{panel.days} days of orders; a forecast wants {LEAST_DAYS}"
    return f"{total:.0f} {panel.unit} in {panel.days} days; a forecast wants {LEAST_BOUGHT:.0f}"
