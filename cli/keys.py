"""`hawker keys create|list|revoke`: who may use the HTTP API. Once a key was made, the API asks for one for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge
from cli.commands import Commands

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from core.access import ApiKey, Scope

SHOWN = {
    "id": "key",
    "name": "name",
    "scopes": "scopes",
    "state": "state",
    "expires": "expires",
    "last_used": "last used",
}
"""column of the list -> its title; `--json` has the rest"""

app = typer.Typer(help="Who may use the HTTP API.", no_args_is_help=True, cls=Commands, rich_markup_mode=None)


@app.command()
def create(
    name: Annotated[str, typer.Option(help="what it is for, to tell it from others")],
    scope: Annotated[
        list[str], typer.Option(help="chat, copy, emails, customers, shop, completions or metrics; again for more")
    ],
    requests_per_minute: Annotated[int | None, typer.Option(min=1, help="default: that of the settings")] = None,
    tokens_per_day: Annotated[int | None, typer.Option(min=1, help="default: that of the settings")] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="opens nothing from this day on (UTC); default: never")
    ] = None,
    json: edge.Json = False,
) -> None:
    """Make a key and print its secret, this once. It is sent as `Authorization: Bearer SECRET`."""
    from core.access import NewKey

    wanted = NewKey(name, _scopes(scope), requests_per_minute, tokens_per_day, _end(expires))
    with edge.house() as house:
        key, secret = house.store.api_keys.create(wanted)
    if json:
        edge.print_json({**_row(key), "secret": secret})
        return
    edge.out().print(secret, markup=False)
    edge.err().print(f"key {key.id} opens {_listed(key)}; keep its secret, it is not shown again", markup=False)


@app.command("list")
def list_keys(json: edge.Json = False) -> None:
    """All keys ever made, what they open, and when each was last used (to the hour)."""
    with edge.house() as house:
        rows = [_row(key) for key in house.store.api_keys.all()]
    if json:
        edge.print_json({"keys": rows})
        return
    from rich.table import Table

    table = Table(box=None)
    for title in SHOWN.values():
        table.add_column(title)
    for row in rows:
        table.add_row(*(_shown(row[name]) for name in SHOWN))
    edge.out().print(table)


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="its id, see `hawker keys list`")],
    json: edge.Json = False,
) -> None:
    """Let a key open nothing any more, from the next request on. A running server heeds it at once."""
    with edge.house() as house:
        revoked = house.store.api_keys.revoke(key)
    if json:
        edge.print_json(_row(revoked))
    else:
        edge.out().print(f"{revoked.id} ({revoked.name}) opens nothing any more", markup=False)


def _row(key: ApiKey) -> dict[str, object]:
    from core.plain import plain

    row: dict[str, object] = {**plain(key), "scopes": sorted(key.scopes), "state": _state(key)}
    return row


def _state(key: ApiKey) -> str:
    from datetime import UTC, datetime

    if key.revoked is not None:
        return "revoked"
    return "good" if key.opens_at(datetime.now(UTC)) else "expired"


def _shown(value: object) -> str:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else str(value).removesuffix(":00+00:00").replace("T", " ")


def _listed(key: ApiKey) -> str:
    return ", ".join(sorted(key.scopes))


def _scopes(given: Sequence[str]) -> frozenset[Scope]:
    from core.access import SCOPES
    from core.errors import UserError

    for one in given:
        if one not in SCOPES:
            raise UserError("--scope", one, f"one of {', '.join(SCOPES)}")
    return frozenset(scope for scope in SCOPES if scope in given)


def _end(given: str | None) -> datetime | None:
    """The start of the day (UTC) that is given. Raises `UserError` for no day, or one that is over."""
    from datetime import UTC, datetime

    from core.errors import UserError

    if given is None:
        return None
    try:
        end = datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UserError("--expires", given, "a day like 2030-12-31") from None
    if end <= datetime.now(UTC):
        raise UserError("--expires", given, "a day to come")
    return end
