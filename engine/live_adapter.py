"""Which adapter a voice is heard through: the registry's, as far as the engine in force has it."""

from __future__ import annotations

import structlog

from core.settings import Settings
from engine.adapters import NEWEST, Adapters, Installed

_log = structlog.get_logger("engine")


def live_adapter(settings: Settings, adapters: Adapters, model: str, task: str, language: str) -> Installed | None:
    """The one that speaks for `model` there; None for the bare model. Raises as `Adapters.live` does.

    A remote server may not have it. Was it merely the promoted one, the model speaks without it and a warning says so;
    one that the settings name is a `UserError`.
    """
    if settings.engine == "scripted":
        return None
    found = adapters.live(model, task, language)
    if found is None or settings.engine != "remote":
        return found
    from engine.remote.naming import naming_of

    naming = naming_of(settings)
    if settings.adapter != NEWEST:
        naming.require_adapter(model, found.name)
    elif naming.adapter(model, found.name) is None:
        served = str(naming.served)
        _log.warning("adapter not served", adapter=found.name, model=model, task=task, served=served)
        return None
    return found
