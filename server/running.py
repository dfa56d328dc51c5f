"""Starting the HTTP server: where it may listen, and with what settings uvicorn runs."""

from __future__ import annotations

import ipaddress

from core.errors import UserError
from core.settings import Settings


def run_server(settings: Settings) -> None:
    """Serve until stopped. Raises `UserError` for an address beyond this machine, for there are no API keys yet."""
    import uvicorn

    from server.app import create_app

    refuse_open_door(settings.host)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        access_log=False,
        timeout_graceful_shutdown=20,
    )


def refuse_open_door(host: str) -> None:
    """An API without keys is for this machine alone."""
    if host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        fix = "put a reverse proxy that checks identity before it"
        raise UserError("--host", host, "a loopback address, for the API asks for no key", fix)
