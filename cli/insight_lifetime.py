"""`hawker insight lifetime`: what the shop's customers are expected to bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge

if TYPE_CHECKING:
    from agent.house import House
    from core.prediction import Prediction
    from insight.lifetime.outlook import Outlook
    from insight.lifetime.study import LifetimeStudy

Horizon = Annotated[int, typer.Option(help="days to look ahead", min=1, max=3650)]
Discount = Annotated[float, typer.Option(help="by how much money in a year is worth less", min=0, max=1)]
Who = Annotated[str | None, typer.Option(help="what is foretold of one customer, with reasons")]


def lifetime(horizon: Horizon = 365, discount: Discount = 0.1, customer: Who = None, json: edge.Json = False) -> None:
    """What customers will bring: fits BG/NBD and Gamma-Gamma to the orders; profiles then tell each one's."""
    from insight.lifetime.keeping import lifetime_folder, save_lifetime
    from insight.lifetime.outlook import look_out
    from insight.lifetime.predictions import predict
    from insight.lifetime.shop import study_shop

    with edge.house() as house:
        study = study_shop(house.store)
        folder = lifetime_folder(house.settings.home)
        save_lifetime(study, folder)
        foretold = _foretold(house, study, customer, horizon, discount) if customer else None
        if foretold is None:
            told = predict(study.model, study.bought, horizon, discount)
            house.store.predictions.add(dict(zip(map(str, study.bought.customers), told, strict=True)))
    if foretold is not None:
        _show_customer(foretold, json)
        return
    outlook = look_out(study.model, study.bought, horizon, discount)
    if json:
        edge.print_json(_report(study, outlook))
    else:
        _show(study, outlook, str(folder / "card.md"))


def _foretold(
    house: House, study: LifetimeStudy, customer: str, horizon: int, discount: float
) -> tuple[Prediction, ...]:
    from core.errors import NotFound
    from insight.lifetime.predictions import predict

    house.store.customers.get(customer)
    own = study.bought.take(study.bought.customers == customer)
    if not len(own):
        raise NotFound("--customer", customer, "a customer with an order that was kept")
    return predict(study.model, own, horizon, discount)[0]


def _report(study: LifetimeStudy, outlook: Outlook) -> dict[str, object]:
    from dataclasses import asdict

    timing, spending = study.timing, study.spending
    return {
        "model": study.model.version,
        "as_of": study.model.as_of,
        "currency": study.model.currency,
        "timing": asdict(timing.model),
        "timing_interval": {"low": timing.maximum.low.tolist(), "high": timing.maximum.high.tolist()},
        "spending": asdict(spending.model),
        "spending_interval": {"low": spending.maximum.low.tolist(), "high": spending.maximum.high.tolist()},
        "backtest": study.backtest,
        "outlook": outlook,
        "tracking": study.tracked,
    }


def _show(study: LifetimeStudy, outlook: Outlook, card: str) -> None:
    from insight.lifetime.cards import form

    say = edge.out().print
    money = f"{outlook.value:,.0f} {study.model.currency}".strip()
    lines = [
        f"{study.model.version}, {form(study.timing)}, as of {study.model.as_of}",
        f"{outlook.customers:,} buyers, {outlook.alive:,.0f} of them still customers by expectation",
        f"next {outlook.days} days: {outlook.orders:,.0f} orders, {money}",
        *_trial(study),
        "",
        "buyers by value   alive   orders      value",
    ]
    for at, one in enumerate(outlook.tenths, 1):
        lines.append(f"tenth {at:>2}  {one.customers:>6,}  {one.alive:>6.2f} {one.orders:>8,.0f} {one.value:>10,.0f}")
    lines += ["", "most valuable: " + ", ".join(outlook.best), f"card: {card}"]
    for line in lines:
        say(line, markup=False)


def _trial(study: LifetimeStudy) -> list[str]:
    trial = study.backtest
    if trial is None:
        return ["not tried on unseen time: the records are too short"]
    return [f"tried on {trial.learnt_until} to {trial.end}: {trial.orders:,} orders came"] + [
        f"  {one.total:>8,.0f} foretold by {one.name} ({one.total / max(trial.orders, 1) - 1:+.1%})"
        for one in trial.forecasts
    ]


def _show_customer(foretold: tuple[Prediction, ...], json: bool) -> None:
    if json:
        edge.print_json(foretold)
        return
    for one in foretold:
        between = "" if one.low is None or one.high is None else f" (80 %: {one.low:,.1f} to {one.high:,.1f})"
        edge.out().print(f"{one.name}: {one.value:,.2f} {one.unit}{between}", markup=False)
        for reason in one.reasons:
            edge.out().print(f"  {reason.effect:>+9.2f}  {reason.feature}: {reason.value}", markup=False)
