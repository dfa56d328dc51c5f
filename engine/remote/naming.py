"""Our names of models and adapters as the servers call them.

An adapter is asked for only where it is known to be there: listed, or named in `remote_names`. Servers that do not
know a name answer with the bare model or not at all, and nobody would hear the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import ModelMissing, UserError
from core.settings import Settings
from engine.catalog import CATALOG
from engine.remote.listing import Served, listing_of
from engine.shelf import is_local


@dataclass(frozen=True, slots=True)
class Naming:
    """`names`: our name -> theirs, as the settings have it; what is not there is called alike."""

    names: Mapping[str, str]
    served: Served

    def model(self, name: str) -> str | None:
        """What to ask for; None where it is not served."""
        return self.served.find(self.names.get(name, name))

    def adapter(self, model: str, name: str) -> str | None:
        """What to ask for; None where it is not known to be there. `model` is our name of its base."""
        if name in self.names:
            return self.names[name]
        base = self.model(model)
        if base is None:
            return None
        asked = self.served.flavour.asked(base, name)
        # SGLang lists an adapter by its bare name and answers to both.
        return asked if self.served.find(asked) or self.served.find(name) else None

    def require_model(self, name: str) -> str:
        """As `model`; raises `ModelMissing` with what is served."""
        found = self.model(name)
        if found is None:
            expected = f"a model that the remote server serves ({self.served})"
            raise ModelMissing("model", name, expected, "set HAWKER_MODEL, or map its name by HAWKER_REMOTE_NAMES")
        return found

    def require_adapter(self, model: str, name: str) -> str:
        """As `adapter`; raises `UserError` with what is served."""
        found = self.adapter(model, name)
        if found is None:
            expected = f"an adapter that the remote server serves ({self.served})"
            raise UserError("adapter", name, expected, "load it there, or map its name by HAWKER_REMOTE_NAMES")
        return found


def naming_of(settings: Settings) -> Naming:
    """Names as they are now. Raises as `Listing.served` does."""
    return Naming(settings.remote_names, listing_of(settings).served())


def languages_spoken(model: str) -> frozenset[str]:
    """ISO 639-1 codes: the catalogue's; of a model that it does not know, both are believed."""
    entry = CATALOG.get(model)
    return frozenset(entry.languages) if entry and not is_local(model) else frozenset({"en", "zh"})


def configured_models(settings: Settings) -> tuple[str, ...]:
    """Ours, those of the settings, as far as they are served."""
    naming = naming_of(settings)
    return tuple(name for name in dict.fromkeys((settings.model, settings.model_zh)) if naming.model(name))


def model_speaking(settings: Settings, language: str) -> str:
    """The model set for `language`, else the other one where it speaks it and is served. Raises `ModelMissing`."""
    wanted = settings.model_for(language)
    found = [name for name in configured_models(settings) if language in languages_spoken(name)]
    if not found:
        expected = f"a model that speaks {language!r} and that the remote server serves ({naming_of(settings).served})"
        raise ModelMissing("model", wanted, expected, "set HAWKER_MODEL and HAWKER_MODEL_ZH, or HAWKER_REMOTE_NAMES")
    return wanted if wanted in found else found[0]
