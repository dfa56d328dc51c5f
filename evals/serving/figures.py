"""The arithmetic of load: what of many times is told. Knows no server."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SECONDS_A_MINUTE = 60.0


def percentile(values: Sequence[float], percent: float) -> float:
    """Linear between neighbours, as numpy has it. Raises `ValueError` where there are no values."""
    if not values:
        raise ValueError("a percentile of nothing")
    return float(np.percentile(values, percent))


def slope_per_minute(seconds: Sequence[float], values: Sequence[float]) -> float:
    """By how much `values` grow in a minute, by least squares; 0 where they all are of one moment."""
    if len(set(seconds)) < 2:
        return 0.0
    gradient, _start = np.polyfit(seconds, values, 1)
    return float(gradient) * SECONDS_A_MINUTE


def after_warming(seconds: Sequence[float], values: Sequence[float], share: float = 0.2) -> tuple[list[float], ...]:
    """Both without their first `share` of the time: caches fill then, and memory grows that will not grow on."""
    if not seconds:
        return [], []
    start = seconds[0] + share * (seconds[-1] - seconds[0])
    kept = [(at, value) for at, value in zip(seconds, values, strict=True) if at >= start]
    return [at for at, _ in kept], [value for _, value in kept]
