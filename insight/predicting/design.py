"""A table's columns side by side for linear models: standardised, each text level a column, each gap a flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.predicting.columns import Column, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """How (n, columns) codes become (n, width) numbers of mean 0 and deviation 1 over the rows it was made from."""

    levels: tuple[int, ...]
    """of each column: how many levels, 0 for a number"""
    gaps: tuple[bool, ...]
    """of each column: whether rows it was made from lack it; a number then has a flag beside it"""
    means: Floats
    """(width,)"""
    scales: Floats
    """(width,)"""

    @property
    def owners(self) -> NDArray[np.intp]:
        """(width,): the column that each part belongs to."""
        widths = [levels or 1 + gap for levels, gap in zip(self.levels, self.gaps, strict=True)]
        return np.repeat(np.arange(len(widths)), widths)

    def matrix(self, codes: Floats) -> Floats:
        """(n, width); what is missing lies at the mean."""
        parts = _parts(codes, self.levels, self.gaps)
        return np.asarray(np.nan_to_num((parts - self.means) / self.scales, nan=0.0), np.float64)


def make_design(columns: Sequence[Column], codes: Floats) -> Design:
    """The design that standardises `codes` (n, columns)."""
    levels = tuple(0 if column.levels is None else len(column.levels) for column in columns)
    gaps = tuple(bool(np.isnan(codes[:, place]).any()) and not levels[place] for place in range(len(columns)))
    parts = _parts(codes, levels, gaps)
    means = np.nan_to_num(np.nanmean(parts, axis=0))
    scales = np.nan_to_num(np.nanstd(parts, axis=0))
    return Design(levels, gaps, means, np.where(scales > 0, scales, 1.0))


def _parts(codes: Floats, levels: Sequence[int], gaps: Sequence[bool]) -> Floats:
    parts = []
    for place, (many, gap) in enumerate(zip(levels, gaps, strict=True)):
        values = codes[:, [place]]
        parts.append(np.asarray(values == np.arange(many), np.float64) if many else values)
        if gap:
            parts.append(np.isnan(values).astype(np.float64))
    return np.hstack(parts)
