"""The lifetime model's card, Markdown: what it learnt from, parameters with intervals, how it did on unseen time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from insight.lifetime import bgnbd, gamma_gamma
from insight.lifetime.backtest import Backtest
from insight.lifetime.bgnbd import BgNbdFit
from insight.lifetime.likelihood import Maximum
from insight.lifetime.study import LifetimeStudy

NOTICEABLE = 0.2
"""a correlation of spend and frequency above this is said aloud"""


def lifetime_card(study: LifetimeStudy) -> str:
    """The card of `study`'s model."""
    return "\n".join([*_head(study), "", *_parameters(study), "", *_trial(study.backtest), "", *_limits(study), ""])


def form(fit: BgNbdFit) -> str:
    """What the timing model is called."""
    return "MBG/NBD (one may leave after the first purchase)" if fit.model.modified else "BG/NBD"


def _head(study: LifetimeStudy) -> Iterator[str]:
    bought, model = study.bought, study.model
    back = int((bought.frequency > 0).sum())
    yield f"# `{model.version}`"
    yield ""
    yield (
        f"{form(study.timing)} for when customers buy, Gamma-Gamma for what an order is worth. Learnt from "
        f"{len(bought):,} buyers ({back:,} came back), {study.first_day} to {model.as_of}. Made by "
        "`hawker insight lifetime`. Money is in " + (model.currency or "the shop's currency") + "."
    )
    won = study.timing.maximum.log_likelihood - study.passed_over.maximum.log_likelihood
    yield ""
    yield f"Its log-likelihood is {abs(won):.1f} {'above' if won >= 0 else 'below'} that of {form(study.passed_over)}."


def _parameters(study: LifetimeStudy) -> Iterator[str]:
    yield "## Parameters"
    yield ""
    yield "95 % intervals by the curvature of the likelihood in logarithms; rates are by the week."
    yield ""
    rows = [
        *_rows(bgnbd.PARAMETERS, study.timing.maximum),
        *_rows(gamma_gamma.PARAMETERS, study.spending.maximum),
    ]
    yield from _table(("parameter", "value", "low", "high"), rows)
    if not (study.timing.maximum.told and study.spending.maximum.told):
        yield ""
        yield "The data leave some of these open: many values fit as well. What they foretell together still stands."


def _rows(names: Sequence[str], maximum: Maximum) -> list[tuple[str, ...]]:
    values = zip(names, maximum.parameters, maximum.low, maximum.high, strict=True)
    return [(name, *(f"{number:.4g}" for number in numbers)) for name, *numbers in values]


def _trial(trial: Backtest | None) -> Iterator[str]:
    yield "## On time that it had not seen"
    yield ""
    if trial is None:
        yield "Not tried: the records are too short to hold some back."
        return
    yield (
        f"Learnt until {trial.learnt_until}; {trial.customers:,} customers then placed {trial.orders:,} orders until "
        f"{trial.end}. Foretold of each:"
    )
    yield ""
    rows = [
        (one.name, f"{one.total:,.0f}", f"{one.total / max(trial.orders, 1) - 1:+.1%}", f"{one.absolute_error:.3f}",
         f"{one.squared_error:.3f}")
        for one in trial.forecasts
    ]  # fmt: skip
    yield from _table(("foretold by", "orders", "off by", "mean absolute error", "root mean squared error"), rows)


def _limits(study: LifetimeStudy) -> Iterator[str]:
    yield "## What it does not know"
    yield ""
    yield "- Seasons, sales and mailings: rates are constant while a customer stays."
    yield "- Orders before the records begin: customers count as new at their first recorded order."
    if not study.timing.model.modified:
        yield "- That somebody left after their first order: of one-time buyers `alive` is 1 by construction."
    strength = abs(study.correlation)
    heard = "more than the model allows for; values are biased" if strength > NOTICEABLE else "near enough to 0"
    yield f"- A link of spend and frequency, taken to be none: correlation {study.correlation:+.2f}, {heard}."
    yield "- Margins and returns to come: value is money in orders that were kept, not profit."
    yield ""
    yield "Not for decisions about credit, price or service for one person."


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for line in (titles, ["---"] * len(titles), *rows):
        yield "| " + " | ".join(line) + " |"
