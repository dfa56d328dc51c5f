"""Which series rise or fall: the last eight weeks beside the eight before, with chance ruled out over all series.

Statistics only; `agent.analyst.notes` puts them into words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from insight.demand.panel import WEEK, DemandPanel

WEEKS = 8
LEAST_CHANGE = 0.1
"""a tenth; a smaller one may be sure and still not matter"""


@dataclass(frozen=True, slots=True)
class TrendNote:
    """One series that moved."""

    series: str
    unit: str
    first: date
    """of the later weeks"""
    last: date
    weeks: int
    """of each of the two stretches"""
    before: float
    """a day, on average, in the earlier weeks"""
    now: float
    """in the later ones"""
    change: float
    """now over before, less 1; infinite for a series that is new"""
    chance: float
    """how often so large a change comes about by chance, corrected for how many series were looked at"""


def find_trends(panel: DemandPanel, false_share: float = 0.05, weeks: int = WEEKS) -> tuple[TrendNote, ...]:
    """The series that moved by a tenth or more, the largest change in pieces first; at most `false_share` of them are
    expected to be chance. None where there are fewer than two times `weeks`.

    Welch's t-test on the square roots of weekly sums, which evens out the scatter of counts; Benjamini & Hochberg
    (1995) over the series.
    """
    if panel.days < 2 * weeks * WEEK or not panel.ids:
        return ()
    from scipy.stats import false_discovery_control

    sums = panel.values[:, -2 * weeks * WEEK :].reshape(len(panel.ids), 2 * weeks, WEEK).sum(axis=2)
    before, now = sums[:, :weeks].mean(axis=1) / WEEK, sums[:, weeks:].mean(axis=1) / WEEK
    chances = false_discovery_control(_chances(np.sqrt(sums), weeks))
    change = np.divide(now, before, out=np.full_like(now, np.inf), where=before > 0) - 1
    first = panel.last - timedelta(days=weeks * WEEK - 1)
    found = [
        TrendNote(series, panel.unit, first, panel.last, weeks, *map(float, figures))
        for series, *figures in zip(panel.ids, before, now, change, chances, strict=True)
    ]
    moved = [note for note in found if note.chance <= false_share and abs(note.change) >= LEAST_CHANGE]
    return tuple(sorted(moved, key=_size))


def _size(note: TrendNote) -> tuple[float, str]:
    return -abs(note.now - note.before), note.series


def _chances(roots: NDArray[np.float64], weeks: int) -> NDArray[np.float64]:
    """p-values, 1 for a series that never varies."""
    from scipy.stats import ttest_ind

    still = roots.std(axis=1) == 0
    jittered = roots + 1e-9 * np.arange(roots.shape[1])  # a constant half has no scatter to divide by
    found = ttest_ind(jittered[:, :weeks], jittered[:, weeks:], axis=1, equal_var=False).pvalue
    return np.where(still, 1.0, np.nan_to_num(np.asarray(found), nan=1.0))
