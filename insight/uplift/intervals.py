"""A figure with its 95 % interval by resampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Between:
    value: float
    low: float
    high: float


def between(value: float, resampled: NDArray[np.float64]) -> Between:
    """`value` with the percentiles of its resamples (draws,); those that could not be reckoned (NaN) are left out."""
    low, high = np.nanpercentile(resampled, [2.5, 97.5])
    return Between(value, float(low), float(high))
