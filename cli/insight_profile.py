"""`hawker insight profile CUSTOMER`: what is known of one customer, today or as of a day; as text, JSON or a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge
from core.errors import UserError

if TYPE_CHECKING:
    from agent.house import House
    from core.customer import CustomerProfile

DAY = "a day, e.g. 2026-05-01, or a moment, e.g. 2026-05-01T12:00:00Z"


def profile(
    customer: Annotated[str, typer.Argument(help="the customer's id")],
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=f"{DAY}; nothing later is seen")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="write a page that stands alone")] = None,
    json: edge.Json = False,
) -> None:
    """What is known of one customer, and as of when."""
    with edge.house() as house:
        whole = house.store.customers.get(customer)
        found = _drawn(house, customer, read_moment(as_of)) if as_of else _kept(house, customer)
        # Attributes carry no date: of an earlier day they would tell what came later.
        attributes: Mapping[str, str] = {} if as_of else whole.attributes
    if html:
        _write(html, found, attributes)
    if json:
        edge.print_json(found)
    elif html:
        edge.out().print(f"written to {html}", markup=False)
    else:
        _print(found)


def read_moment(written: str) -> datetime:
    """The end of a day (UTC), or a moment with its zone. Raises `UserError`."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise UserError("--as-of", written, DAY) from None
    if len(written) == len("2026-05-01"):
        return datetime.combine(found.date(), time.max, UTC)
    if found.tzinfo is None:
        raise UserError("--as-of", written, "a moment with its zone", f"write {written}Z for UTC")
    return found.astimezone(UTC)


def _kept(house: House, customer: str) -> CustomerProfile:
    """As it was drawn when the shop was last loaded, with the latest predictions."""
    from core.customer import CustomerProfile

    return house.store.profiles.get(customer) or CustomerProfile(customer)


def _drawn(house: House, customer: str, moment: datetime) -> CustomerProfile:
    """Drawn anew: segments and price bands compare with everybody, so all are drawn. Words are not read again: the
    sentiment is that of stars and chats."""
    from insight.customers.profiles import build_profiles

    drawn = build_profiles(house.store, None, moment)
    return next(one for one in drawn if one.customer_id == customer)


def _write(path: Path, found: CustomerProfile, attributes: Mapping[str, str]) -> None:
    from insight.customers.page import profile_page

    try:
        path.write_text(profile_page(found, attributes), encoding="utf-8")
    except OSError as error:
        raise UserError("--html", str(path), "a file that can be written", error.strerror or "") from None


def _print(found: CustomerProfile) -> None:
    from insight.customers.telling import sections

    out = edge.out()
    out.print(f"{found.customer_id}, as of {found.as_of:%Y-%m-%d}" if found.as_of else found.customer_id, markup=False)
    for section in sections(found):
        out.print(f"\n{section.title}", markup=False, style="bold")
        for label, value in section.rows:
            out.print(f"  {label:<22} {value}", markup=False)
