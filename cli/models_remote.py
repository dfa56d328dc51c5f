"""What `hawker models list` tells of a remote engine: who serves, what, and which of it speaks for us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli import edge

if TYPE_CHECKING:
    from core.settings import Settings


def remote_row(settings: Settings) -> dict[str, object] | None:
    """Addresses, kind of server, its names, and ours with theirs (None: not served); None where models run here.

    A server that cannot be asked is told by its `error`, for what lies here is worth a list all the same.
    """
    if settings.engine != "remote":
        return None
    from core.errors import HawkerError
    from engine.remote.naming import naming_of

    row: dict[str, object] = {"addresses": list(settings.remote_url)}
    try:
        naming = naming_of(settings)
    except HawkerError as error:
        return {**row, "error": str(error)}
    speaking = {name: naming.model(name) for name in dict.fromkeys((settings.model, settings.model_zh))}
    return {
        **row,
        "kind": naming.served.flavour.name,
        "serves": list(naming.served.context_tokens),
        "speaking": speaking,
        "error": None,
    }


def show_remote(row: dict[str, object]) -> None:
    """The same in lines for people."""
    addresses, speaking = row["addresses"], row.get("speaking", {})
    assert isinstance(addresses, list)
    assert isinstance(speaking, dict)
    where = ", ".join(addresses)
    if row["error"]:
        edge.err().print(f"\n{row['error']}", markup=False)
        return
    edge.out().print(
        f"\nHAWKER_ENGINE=remote: none of these speaks, but what {where} ({row['kind']}) serves:", markup=False
    )
    for ours, theirs in speaking.items():
        edge.out().print(f"  {ours}: {f'asked for as {theirs}' if theirs else 'not served there'}", markup=False)
    serves = row["serves"]
    assert isinstance(serves, list)
    edge.out().print(f"  all that it serves: {', '.join(serves) or 'nothing'}", markup=False)
