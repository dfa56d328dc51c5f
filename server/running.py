"""Starting the HTTP server: where it may listen, and with what settings uvicorn runs."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from core.errors import UserError
from core.settings import Settings
from server.addresses import is_loopback
from store.opening import open_store

if TYPE_CHECKING:
    from uvicorn import Config


def run_server(settings: Settings) -> None:
    """Serve until stopped. Raises `UserError` as `refuse_open_door` does."""
    import uvicorn

    refuse_open_door(settings)
    uvicorn.Server(server_config(settings)).run()


def server_config(settings: Settings) -> Config:
    """How uvicorn runs: nothing logged of who asks, nothing told of what answers."""
    import uvicorn

    from server.app import create_app

    return uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=20,
    )


def refuse_open_door(settings: Settings) -> None:
    """An API without keys is for this machine alone. Raises `UserError` with the command that makes a key."""
    if is_loopback(settings.host):
        return
    with closing(open_store(settings)) as store:
        locked = store.api_keys.any_made()
    if not locked:
        fix = "make one: hawker keys create --name NAME --scope SCOPE"
        raise UserError("--host", settings.host, "a loopback address while no API key was made", fix)
