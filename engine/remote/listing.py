"""What the servers say that they serve: `GET /v1/models`, asked again after a while, remembered where they are away.

One listing a process for each set of addresses: whoever needs to know whether a model is there asks the same one.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from core.errors import EngineFailed, UserError
from core.settings import Flavour as FlavourName
from core.settings import Settings
from engine.remote.events import check_key
from engine.remote.flavours import FLAVOURS, Flavour, recognised

FRESH_SECONDS, FAILED_SECONDS, PATIENCE_SECONDS = 30.0, 3.0, 10.0


@dataclass(frozen=True, slots=True)
class Served:
    """What is served, and by what kind of server."""

    flavour: Flavour
    context_tokens: Mapping[str, int | None]
    """their name of each model and adapter -> how long prompt and answer may be; None where they do not tell"""

    def find(self, name: str) -> str | None:
        """`name` as they spell it; None where they do not serve it. Ollama adds `:latest` to names without a tag."""
        return next((one for one in (name, f"{name}:latest") if one in self.context_tokens), None)

    def __str__(self) -> str:
        return ", ".join(self.context_tokens) or "nothing"


def listing_of(settings: Settings) -> Listing:
    """The one for these settings."""
    return _listing(settings.remote_url, authorization(settings), settings.remote_flavour)


def authorization(settings: Settings) -> str:
    """The header's value; empty where no key is set."""
    return f"Bearer {settings.remote_key.get_secret_value()}" if settings.remote_key else ""


class Listing:
    """Safe to ask from several threads; at most one of them waits for the network."""

    def __init__(self, urls: tuple[str, ...], authorization: str, flavour: FlavourName) -> None:
        self._urls, self._flavour = urls, flavour
        self._headers = {"Authorization": authorization} if authorization else {}
        self._lock = threading.Lock()
        self._served: Served | None = None
        self._failure: EngineFailed | None = None
        self._until = 0.0

    def served(self) -> Served:
        """What was served a moment ago, or when they last answered.

        Raises `EngineFailed` where none ever answered, `UserError` where the key or the address is wrong.
        """
        with self._lock:
            if time.monotonic() >= self._until:
                self._ask()
            if self._served is not None:
                return self._served
            raise EngineFailed(str(self._failure))

    def _ask(self) -> None:
        try:
            self._served, self._failure = self._asked(), None
        except EngineFailed as failure:
            self._failure = failure
        self._until = time.monotonic() + (FAILED_SECONDS if self._failure else FRESH_SECONDS)

    def _asked(self) -> Served:
        """From the first that answers."""
        failures = []
        for url in self._urls:
            try:
                return self._read(url, httpx.get(f"{url}/models", headers=self._headers, timeout=PATIENCE_SECONDS))
            except httpx.HTTPError as error:
                failures.append(f"{url} cannot be reached ({' '.join(str(error).split()) or type(error).__name__})")
            except EngineFailed as failure:
                failures.append(str(failure))
        raise EngineFailed(f"{'; '.join(failures)}: is it running, and is HAWKER_REMOTE_URL its address?")

    def _read(self, url: str, response: httpx.Response) -> Served:
        check_key(response)
        if response.status_code >= 500 or response.status_code == 429:
            raise EngineFailed(f"{url}/models answered {response.status_code}")
        try:
            entries = [entry for entry in response.json()["data"] if isinstance(entry["id"], str)]
        except (ValueError, KeyError, TypeError):
            expected = f"the address of an OpenAI-compatible server; its /models answered {response.status_code}"
            raise UserError(
                "setting remote_url", url, expected, "mend HAWKER_REMOTE_URL; it mostly ends with /v1"
            ) from None
        flavour = FLAVOURS.get(self._flavour) or recognised(str(entry.get("owned_by")) for entry in entries)
        return Served(flavour, {entry["id"]: _context(entry) for entry in entries})


@functools.lru_cache(maxsize=8)
def _listing(urls: tuple[str, ...], authorization: str, flavour: FlavourName) -> Listing:
    return Listing(urls, authorization, flavour)


def _context(entry: Mapping[str, Any]) -> int | None:
    """vLLM and SGLang tell `max_model_len`, llama.cpp `meta.n_ctx`."""
    meta = entry.get("meta")
    told = entry.get("max_model_len") or (meta.get("n_ctx") if isinstance(meta, dict) else None)
    return told if isinstance(told, int) else None
