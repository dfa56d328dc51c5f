"""The lifetime report as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evals.insight.lifetime import CohortReport, LifetimeReport, Parameter
    from evals.insight.lifetime_demo import DemoResult
    from evals.insight.lifetime_forecasts import Judged
    from insight.lifetime.backtest import Backtest


def lifetime_markdown(report: LifetimeReport) -> str:
    """Parameters, the curve's end, and each forecast beside its baselines."""
    lines = ["Fitted to the published summary:", "", *_parameters(report.published_table), ""]
    for cohort in report.cohorts:
        lines += [*_cohort(cohort), ""]
    lines += [*_demo(report.demo), ""]
    lines.append(
        f"BG/NBD fitted in {report.fit_seconds:.2f} s; value and next order of 100,000 customers in "
        f"{report.predict_seconds:.2f} s."
    )
    return "\n".join(lines) + "\n"


def _parameters(rows: tuple[Parameter, ...]) -> Iterator[str]:
    yield "| parameter | ours | 95 % | published |"
    yield "|---|---|---|---|"
    for one in rows:
        published = "" if one.published is None else f"{one.published:g}"
        yield f"| {one.name} | {one.value:.4f} | {one.low:.3f} to {one.high:.3f} | {published} |"


def _demo(shops: tuple[DemoResult, ...]) -> Iterator[str]:
    yield "| demo shop, seed | form | won by | AUC of alive | other form | recency | alive, told / true | trial |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in shops:
        form = "MBG/NBD" if one.modified else "BG/NBD"
        trial = "" if one.backtest is None else _trial(one.backtest)
        yield (
            f"| {one.seed} | {form} | {one.likelihood_gain:+.1f} | {one.auc:.3f} | {one.auc_other_form:.3f} | "
            f"{one.auc_recency:.3f} | {one.mean_alive:.3f} / {one.truly_alive:.3f} | {trial} |"
        )


def _trial(trial: Backtest) -> str:
    off = ", ".join(f"{one.name} {one.total / trial.orders - 1:+.1%}" for one in trial.forecasts)
    return f"{trial.orders:,} orders; {off}"


def _cohort(cohort: CohortReport) -> Iterator[str]:
    last, other = cohort.week_78, cohort.week_78_modified
    yield (
        f"{cohort.name}, {cohort.customers:,} customers: repeat purchases to week {last.week}: {last.actual:,}, BG/NBD "
        f"{last.expected:,.0f} ({last.expected / last.actual - 1:+.1%}), MBG/NBD {other.expected:,.0f} "
        f"({other.expected / other.actual - 1:+.1%}; log-likelihood {cohort.likelihood_gain:+.1f})"
    )
    yield ""
    yield "next order within, foretold / actual: " + ", ".join(
        f"{weeks} weeks {cohort.due[f'{weeks} foretold']:.3f} / {cohort.due[f'{weeks} actual']:.3f}"
        for weeks in (4, 13, 39)
    )
    for judged in cohort.judged:
        yield ""
        yield from _judged(judged)


def _judged(judged: Judged) -> Iterator[str]:
    yield f"| {judged.figure} in weeks 40 to 78: {judged.actual:,.0f} | foretold | off by | MAE | RMSE |"
    yield "|---|---|---|---|---|"
    for one in judged.forecasts:
        off = one.total / judged.actual - 1
        yield f"| {one.name} | {one.total:,.0f} | {off:+.1%} | {one.absolute_error:.3f} | {one.squared_error:.3f} |"
    gain = judged.gain
    yield ""
    yield f"squared error below the best baseline's by {gain.mean:.3f} ({gain.low:.3f} to {gain.high:.3f}) a customer"
