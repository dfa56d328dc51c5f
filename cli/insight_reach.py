"""`hawker insight reach`: which channel and which hour for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge

if TYPE_CHECKING:
    from core.settings import Settings
    from insight.reach.recommending import Policy, Reach


def reach(
    customer: Annotated[str | None, typer.Option(help="only this customer, with the reasons")] = None,
    worth: Annotated[float, typer.Option(help="money that a response is worth", min=0)] = 1.0,
    cost: Annotated[list[str] | None, typer.Option(help="money per contact, e.g. sms=0.05; as often as needed")] = None,
    json: edge.Json = False,
) -> None:
    """Channel and hour for each customer: by past response, worth and cost, within consent and quiet hours."""
    from insight.behaviour.moments import newest
    from insight.behaviour.records import read_behaviour
    from insight.reach.recommending import recommend_reach
    from insight.segmenting.rules.asking import ask_store

    with edge.house() as house:
        if customer is not None:
            house.store.customers.get(customer)
        policy = _policy(house.settings, worth, cost or [])
        as_of = newest(read_behaviour(house.store))
        asked = ask_store(house.store, as_of)
        found = recommend_reach(asked.behaviour, asked.people, policy, as_of)
    if customer is not None:
        found = [one for one in found if one.customer_id == customer]
    if json:
        edge.print_json({"reach": found})
    else:
        _show(found, alone=customer is not None)


def _policy(settings: Settings, worth: float, costs: Sequence[str]) -> Policy:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from core.errors import UserError
    from insight.reach.recommending import Policy

    try:
        zone = ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        fix = "mend HAWKER_TIME_ZONE or hawker.yaml"
        raise UserError("setting time_zone", settings.time_zone, "a zone such as Europe/Berlin", fix) from None
    quiet = (settings.quiet_from, settings.quiet_until)
    return Policy(zone, quiet, settings.contacts_a_week, worth, dict(_cost(one) for one in costs))


def _cost(text: str) -> tuple[str, float]:
    from core.errors import UserError

    channel, sign, money = text.partition("=")
    try:
        amount = float(money)
    except ValueError:
        amount = -1.0
    if not (channel and sign and 0 <= amount < float("inf")):
        raise UserError("--cost", text, "a channel and money, such as sms=0.05")
    return channel, amount


def _show(found: Sequence[Reach], alone: bool) -> None:
    out = edge.out()
    if not alone:
        counted = Counter((one.channel or one.why) for one in found)
        for name, customers in counted.most_common():
            out.print(f"{customers:>6}  {name}", markup=False)
        return
    for one in found:
        where = f"{one.channel} at {one.hour}:00" if one.channel else "not now"
        out.print(f"{where}: {one.why}", markup=False)
        for option in one.alternatives:
            rate = option.response
            shown = f"{option.channel}: {rate.mean:.1%} ({rate.low:.1%} to {rate.high:.1%}), worth {option.worth:.3f}"
            out.print(f"  or {shown}", markup=False)
