"""Two runs side by side, case by case, and whether the second may take the first one's place.

The rule. Figures are compared on the cases that both runs have, with the interval of the paired difference. The
primary figure is the mean of the suites' primary shares. The new one is better where its primary figure is higher with
95 % confidence, and it is not worse in any single figure with 99 % confidence: of two dozen figures one in forty
would otherwise be lost by chance. A number invented in an answer to a customer loses in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import UserError
from evals.held_out.counts import Count, Difference, difference, mean_difference, share_of
from evals.held_out.figures import Figure, figures_of
from evals.held_out.results import ALL, HeldOutReport, SuiteResult

LOST_AT = 0.98
"""two-sided, so that a loss is one with 99 % confidence"""
NEVER = frozenset({"no_invention"})
"""figures of which the new run must not miss a single one that the other has"""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure in one language in both runs; `lost`: the second is worse beyond noise."""

    suite: str
    figure: str
    title: str
    language: str
    first: float
    second: float
    difference: Difference
    lost: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """`primary` is the gain of the second run in the mean of the primary figures."""

    better: bool
    losses: tuple[str, ...]
    primary: Difference
    rows: tuple[Row, ...]
    first: str
    second: str


def compare(live: HeldOutReport, new: HeldOutReport) -> Comparison:
    """Raises `UserError` where the two have no case in common that a primary figure counts."""
    rows = tuple(_rows(live, new))
    primaries = [
        pairs
        for one, other in _common(live, new)
        for figure in figures_of(one.suite)
        if figure.primary and (pairs := _paired(one, other, figure.name, ALL))
    ]
    if not primaries:
        raise UserError("reports", f"{live.title}; {new.title}", "two runs of the same suites and languages")
    primary = mean_difference(primaries)
    losses = tuple(
        f"{row.suite}: {row.title}: {row.first:.3f} before, {row.second:.3f} now"
        for row in rows
        if row.lost and row.language == ALL
    )
    better = primary.low > 0 and not losses
    return Comparison(better, losses, primary, rows, live.title, new.title)


def _common(one: HeldOutReport, other: HeldOutReport) -> Iterator[tuple[SuiteResult, SuiteResult]]:
    for mine in one.suites:
        theirs = other.suite(mine.suite)
        if theirs is not None:
            yield mine, theirs


def _rows(live: HeldOutReport, new: HeldOutReport) -> Iterator[Row]:
    for one, other in _common(live, new):
        for figure in figures_of(one.suite):
            for language in one.languages():
                row = _row(figure, language, _paired(one, other, figure.name, language))
                if row is not None:
                    yield row


def _row(figure: Figure, language: str, pairs: Sequence[tuple[Count, Count]]) -> Row | None:
    found, first, second = difference(pairs), share_of([one for one, _ in pairs]), share_of([two for _, two in pairs])
    if found is None or first is None or second is None:
        return None
    strict = difference(pairs, LOST_AT)
    lost = strict is not None and strict.high < 0
    lost |= figure.name in NEVER and second.share < first.share
    return Row(figure.suite, figure.name, figure.title, language, first.share, second.share, found, lost)


def _paired(one: SuiteResult, other: SuiteResult, figure: str, language: str) -> list[tuple[Count, Count]]:
    """The counts of both runs in the cases that both have; nothing where a run did not count it."""
    theirs = {case.id: case for case in other.cases}
    none = Count(0, 0)
    pairs = [
        (case.counts.get(figure, none), theirs[case.id].counts.get(figure, none))
        for case in one.cases
        if case.id in theirs and language in (ALL, case.language)
    ]
    return [pair for pair in pairs if pair[0].of or pair[1].of]
