"""Reports for people: one run as Markdown tables, or two side by side, and the cases that went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.held_out.comparing import Comparison
from evals.held_out.counts import Share
from evals.held_out.results import Case, HeldOutReport, SuiteResult

WRONG_CASES = 15
"""cases shown in full for each suite; the JSON has them all"""
LINES_OF_A_CASE = 6
SHARES = "| figure | | share | 95 % interval | of | cases | wanted |\n|---|---|---|---|---|---|---|"
MEASURES = "| measure | | value | texts |\n|---|---|---|---|"
SIDES = "| suite | figure | | first | second | difference | 95 % interval | |\n|---|---|---|---|---|---|---|---|"


def report_markdown(report: HeldOutReport) -> str:
    """Who wrote, every figure with its interval, and some of what went wrong."""
    lines = [f"# Held-out shops: {report.title}", "", *_about(report)]
    for suite in report.suites:
        lines += ["", f"## {suite.suite}", "", *_shares(suite), *_measures(suite), *_wrong(suite.cases)]
    return "\n".join(lines) + "\n"


def comparison_markdown(found: Comparison) -> str:
    """Two runs side by side, and the verdict."""
    lines = [
        "# Two runs over the held-out shops",
        "",
        f"First: {found.first}",
        "",
        f"Second: {found.second}",
        "",
        SIDES,
    ]
    for row in found.rows:
        gain = row.difference
        lines.append(
            f"| {row.suite} | {row.title} | {row.language} | {row.first:.3f} | {row.second:.3f} "
            f"| {gain.gain:+.3f} | {gain.low:+.3f} to {gain.high:+.3f} | {'lost' if row.lost else ''} |"
        )
    return "\n".join([*lines, "", *_verdict(found)]) + "\n"


def _verdict(found: Comparison) -> Iterator[str]:
    primary = found.primary
    yield f"Primary figure: {primary.gain:+.3f} ({primary.low:+.3f} to {primary.high:+.3f})."
    yield ""
    yield f"**The second is {'better' if found.better else 'not better'}.**"
    for loss in found.losses:
        yield f"- lost: {loss}"


def _about(report: HeldOutReport) -> Iterator[str]:
    extent = "quick: a fixed part of the cases" if report.quick else "full"
    yield f"{', '.join(report.shops)}; {extent}; {report.seeds} phrasing(s) of a question; {report.created}."
    yield f"{report.machine}; {report.seconds:.0f} s."


def _shares(suite: SuiteResult) -> Iterator[str]:
    yield SHARES
    for figure, language, share in suite.shares():
        wanted = f"{figure.wanted:.2f}{'' if share.share >= figure.wanted else ' missed'}" if figure.wanted else ""
        yield f"| {figure.title} | {language} | {_shown(share)} | {share.of} | {share.cases} | {wanted} |"


def _shown(share: Share) -> str:
    return f"{share.share:.3f} | {share.low:.3f} to {share.high:.3f}"


def _measures(suite: SuiteResult) -> Iterator[str]:
    if suite.measures:
        yield from ("", MEASURES)
        yield from (f"| {one.name} | {one.language} | {one.value:.3f} | {one.texts} |" for one in suite.measures)


def _wrong(cases: Sequence[Case]) -> Iterator[str]:
    failed = [case for case in cases if case.wrong]
    if failed:
        yield from ("", f"### Something wrong in {len(failed)} of {len(cases)} cases; the first of them")
    for case in failed[:WRONG_CASES]:
        yield from ("", f"- `{case.id}` {case.asked}")
        yield from (f"  - {one_line(text)}" for text in case.wrong[:LINES_OF_A_CASE])


def one_line(text: str) -> str:
    """`text` without line breaks, for a list or a table."""
    return " ".join(text.split())
