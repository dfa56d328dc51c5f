"""From settings to a `RemoteEngine`."""

from __future__ import annotations

from functools import partial

from core.observing import NOBODY, Observer
from core.settings import Settings
from engine.remote.engine import RemoteEngine
from engine.remote.line import Line, LineSpec
from engine.remote.listing import authorization
from engine.remote.naming import languages_spoken, naming_of
from engine.remote.token_count import TokenCount


def open_remote(settings: Settings, model: str, observer: Observer = NOBODY) -> RemoteEngine:
    """The engine of `model` at the servers of the settings. Returns at once; the first call connects."""
    allowed = authorization(settings)
    headers = {"Authorization": allowed} if allowed else {}
    spec = LineSpec(settings.remote_url, headers, settings.remote_timeout, settings.remote_in_flight)
    return RemoteEngine(
        model,
        languages_spoken(model),
        Line(spec, model),
        partial(naming_of, settings),
        TokenCount(settings, model),
        settings.remote_context_tokens,
        observer,
    )
