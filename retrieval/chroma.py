"""Reaching Chroma: embedded in a folder of this machine, or a server that several processes share, by its URL.

A server keeps no secret by itself: it belongs on a private network. A token is for a proxy in front of it, as
`Authorization: Bearer`. The path of the URL names a database there, so that several shops can share one server.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from core.errors import HawkerError, UserError
from core.settings import Settings

EXPECTED = "http://HOST:PORT or https://HOST:PORT/DATABASE"
PORT, PORT_TLS = 8000, 443
PATIENCE_SECONDS = 60.0
"""for one answer; Chroma's own client would wait for ever"""

P = ParamSpec("P")
T = TypeVar("T")


class ChromaAway(HawkerError):
    """The Chroma server cannot be reached, or something else answers in its place: HTTP 503, it may come back."""

    http_status = 503


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """Where a server is. `database` is None for Chroma's default one."""

    host: str
    port: int
    encrypted: bool
    database: str | None = None
    token: str | None = field(default=None, repr=False)


def chroma_server(settings: Settings) -> ChromaServer | None:
    """The server that the settings name, None where Chroma is embedded. Raises `UserError` for another kind of URL."""
    if settings.chroma_url is None:
        return None
    token = settings.chroma_token.get_secret_value() if settings.chroma_token else None
    try:
        parts = urlsplit(settings.chroma_url)
        port = parts.port
    except ValueError:
        raise _wrong(settings.chroma_url) from None
    encrypted, database = parts.scheme == "https", parts.path.strip("/")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or "/" in database:
        raise _wrong(parts.scheme + "://..." if parts.username else settings.chroma_url)
    return ChromaServer(parts.hostname, port or (PORT_TLS if encrypted else PORT), encrypted, database or None, token)


def open_chroma(place: Path | ChromaServer) -> Any:
    """A client of what lies in a folder, made if need be, or of a server. Raises `ChromaAway`."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False, allow_reset=False)
    if isinstance(place, Path):
        place.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(path=str(place), settings=quiet)
    named: dict[str, str] = {} if place.database is None else {"database": place.database}
    try:
        _make_database(place)
        client = chromadb.HttpClient(
            place.host, place.port, place.encrypted, headers=_headers(place), settings=quiet, **named
        )
    except ValueError as error:  # all that the client says where it cannot connect
        raise ChromaAway(f"the Chroma server at {place.host}:{place.port} does not answer: {error}") from None
    client._server._session.timeout = PATIENCE_SECONDS  # no setting of its own
    return client


def asked(method: Callable[P, T]) -> Callable[P, T]:
    """What `method` asks of a Chroma server, with a broken connection as `ChromaAway`."""

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        import httpx

        try:
            return method(*args, **kwargs)
        except httpx.HTTPError as error:
            raise ChromaAway(f"the Chroma server does not answer: {type(error).__name__}") from None
        except Exception as error:
            if type(error) is not Exception:
                raise
            # So the client passes on what a proxy says in Chroma's place.
            raise ChromaAway(f"the Chroma server was not let to answer: {' '.join(str(error).split())[:80]}") from None

    return call


@asked
def _make_database(server: ChromaServer) -> None:
    """Make the database that is named, where it is not there yet."""
    if server.database is None:
        return
    from chromadb import AdminClient
    from chromadb.config import Settings as ChromaSettings
    from chromadb.errors import NotFoundError, UniqueConstraintError

    admin = AdminClient(
        ChromaSettings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=server.host,
            chroma_server_http_port=server.port,
            chroma_server_ssl_enabled=server.encrypted,
            chroma_server_headers=_headers(server),
            anonymized_telemetry=False,
        )
    )
    try:
        admin.get_database(server.database)
    except NotFoundError:
        with suppress(UniqueConstraintError):  # where another process was quicker
            admin.create_database(server.database)


def _headers(server: ChromaServer) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.token}"} if server.token else {}


def _wrong(url: str) -> UserError:
    return UserError("setting chroma_url", url, EXPECTED, "mend HAWKER_CHROMA_URL")
