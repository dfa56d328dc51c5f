"""Starting the HTTP server: where it may listen, and with what settings uvicorn runs."""

from __future__ import annotations

import signal
import sys
from contextlib import closing
from types import FrameType
from typing import TYPE_CHECKING

from core.errors import UserError
from core.settings import Settings
from server.addresses import is_loopback
from store.opening import open_store

if TYPE_CHECKING:
    from fastapi import FastAPI
    from uvicorn import Config

CLOSING_SECONDS = 3
"""that connections have to close once their requests are done or given up"""


def run_server(settings: Settings) -> None:
    """Serve until stopped; SIGTERM is an order like any other and ends with exit status 0.

    Raises `UserError` as `refuse_open_door` does.
    """
    from server.app import create_app
    from server.graceful import GracefulServer

    refuse_open_door(settings)
    # uvicorn raises the signal again when it is done, for whoever was listening before.
    signal.signal(signal.SIGTERM, _end)
    app = create_app(settings)
    GracefulServer(server_config(app, settings), app.state.drain).run()


def server_config(app: FastAPI, settings: Settings) -> Config:
    """How uvicorn runs: nothing logged of who asks, nothing told of what answers."""
    import uvicorn

    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        log_config=None,  # its lines go through core.logs
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def refuse_open_door(settings: Settings) -> None:
    """An API without keys is for this machine alone. Raises `UserError` with the command that makes a key."""
    if is_loopback(settings.host):
        return
    with closing(open_store(settings)) as store:
        locked = store.api_keys.any_made()
    if not locked:
        fix = "make one: hawker keys create --name NAME --scope SCOPE"
        raise UserError("--host", settings.host, "a loopback address while no API key was made", fix)
