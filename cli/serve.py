"""`hawker serve`: the HTTP API and the page at /."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import edge


def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on; default 127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="default 8765")] = None,
) -> None:
    """Serve the HTTP API, and a page where a customer can chat and a copywriter can ask for variants."""
    from core.logs import configure_logs
    from core.settings import load_settings
    from server.running import refuse_open_door, run_server

    settings = load_settings(host=host, port=port)
    configure_logs(settings.log_level)
    refuse_open_door(settings)
    shown = f"http://{settings.host}:{settings.port}"
    edge.err().print(f"Hawker listens on {shown}; the page is at {shown}/, the API's description at {shown}/docs")
    run_server(settings)
