"""Settings: environment `HAWKER_*` over `$HAWKER_HOME/hawker.yaml` over defaults. Unknown keys are refused.

The environment is searched for unknown `HAWKER_*` names too: a misspelt setting that is silently ignored costs
its user an evening.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource

from core.errors import UserError
from core.setting_kinds import Addresses, Names, Origins, Secret
from core.yaml_file import what_is_wrong

PREFIX = "HAWKER_"
# Read by tests and benchmarks only, never by the product.
NOT_SETTINGS = frozenset({"HAWKER_DATA"})

Flavour = Literal["auto", "vllm", "sglang", "llama.cpp", "ollama", "hawker", "openai"]
SECRETS = frozenset({"remote_key"})


class Settings(BaseSettings):
    """One validated object, made once at each edge and passed down."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    home: Path = Field(default_factory=lambda: Path.home() / ".hawker", description="database, Chroma, models, events")
    database_url: str | None = Field(None, description="SQLAlchemy URL; default: SQLite under home")
    key_file: Path | None = Field(None, description="data encryption keys; default: home/secrets/data.key")
    chroma_url: str | None = Field(None, description="a Chroma server; default: Chroma embedded, under home")
    chroma_token: Secret | None = Field(None, description="for a proxy in front of it, as a bearer token")
    models: Path | None = Field(None, description="where weights lie; default: home/models")
    model: str = Field("smollm2-135m", description="the model that speaks English and every language without its own")
    model_zh: str = Field("gemma3-270m", description="the model that speaks Chinese, where installed")
    adapter: str = Field("live", description="`live`: the promoted one; `none`: the bare model; or an adapter's name")
    engine: Literal["auto", "openvino", "transformers", "remote", "scripted"] = "auto"
    weights: Literal["bfloat16", "int8", "int4"] = Field("bfloat16", description="how transformers keeps them")
    batching: Literal["auto", "paged", "padded"] = Field("auto", description="of transformers: paged on CUDA")
    gpu_share: float = Field(0.45, gt=0, le=1, description="of each GPU's memory, for one model with its caches")
    cuda_graphs: bool = Field(False, description="record and replay the steps of a paged batch")
    remote_url: Addresses = Field((), description="OpenAI-compatible servers that speak for us, asked in turn")
    remote_key: Secret | None = Field(None, description="what they ask for as a bearer token")
    remote_flavour: Flavour = Field("auto", description="what kind of server it is; auto: as it tells itself")
    remote_names: Names = Field(default_factory=dict, description="our name of a model or an adapter -> theirs")
    remote_context_tokens: int = Field(4096, ge=256, description="where the server does not tell its own")
    remote_timeout: float = Field(120.0, gt=0, description="seconds that one answer may take, further tries included")
    remote_in_flight: int = Field(32, ge=1, description="requests of one model that are at the servers at once")
    embedder: str = Field("e5-small", description="embedding model: a catalogue name or a hub id")
    threads: int | None = Field(None, ge=1, description="CPU threads of the engine; default: all cores")
    host: str = "127.0.0.1"
    port: int = Field(8765, ge=1, le=65535)
    public_chat: bool = Field(False, description="visitors without a key may ask the support desk")
    requests_per_minute: int = Field(120, ge=1, description="of one API key that has no limit of its own")
    tokens_per_day: int = Field(2_000_000, ge=1, description="likewise; read and written by the model")
    visitor_requests_per_minute: int = Field(12, ge=1, description="of one address that shows no key")
    visitor_tokens_per_day: int = Field(40_000, ge=1, description="likewise")
    max_body_bytes: int = Field(1_000_000, ge=1, description="of one HTTP request")
    max_waiting: int = Field(32, ge=1, description="requests that generate, running and waiting together")
    chats_at_once: int = Field(8, ge=1, description="of these, chats that the desk works on; the others wait")
    chat_seconds: float = Field(60.0, gt=0, description="that a chat may take, waiting included")
    chat_quote_seconds: float = Field(
        0.8, ge=0, description="after which a chat is answered in the pages' words where the model has not begun"
    )
    allowed_origins: Origins = Field((), description="sites whose pages may call the API (CORS)")
    frame_ancestors: Origins = Field((), description="sites that may show the page at / in a frame")
    trusted_proxies: str = Field("127.0.0.1", description="addresses, by commas, whose X-Forwarded-For is believed")
    time_zone: str = Field("UTC", description="the shop's clock, e.g. America/Los_Angeles: quiet hours and best hours")
    quiet_from: int = Field(21, ge=0, le=23, description="hour from which no customer is contacted")
    quiet_until: int = Field(8, ge=0, le=23, description="hour from which they may be again; the same: never quiet")
    contacts_a_week: int = Field(3, ge=1, description="of one customer at most, over all channels")
    log_level: Literal["debug", "info", "warning", "error"] = "warning"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'hawker.db'}"

    @property
    def data_key_file(self) -> Path:
        """Where the data encryption keys lie: outside the database, so that a copy of one is useless alone."""
        return self.key_file or self.home / "secrets" / "data.key"

    @property
    def models_dir(self) -> Path:
        """One folder per installed model."""
        return self.models or self.home / "models"

    @property
    def chroma_dir(self) -> Path:
        return self.home / "chroma"

    @property
    def events_dir(self) -> Path:
        """Parquet files of bulk events, one folder a month."""
        return self.home / "events"

    def model_for(self, language: str) -> str:
        """The name of the model configured to speak `language` (an ISO 639-1 code)."""
        return self.model_zh if language == "zh" else self.model

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        home = Path(os.environ.get(PREFIX + "HOME") or Path.home() / ".hawker")
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls, home / "hawker.yaml")


def load_settings(**overrides: Any) -> Settings:
    """Read the settings, `overrides` (flags) first. Raises `UserError` naming the first wrong or unknown key."""
    _refuse_unknown_environment(os.environ)
    try:
        return _whole(Settings(**{key: value for key, value in overrides.items() if value is not None}))
    except yaml.YAMLError as error:
        raise UserError("hawker.yaml", "its text", "well-formed YAML", what_is_wrong(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        unknown = first["type"] == "extra_forbidden"
        value = name if unknown else "(not shown)" if name in SECRETS else first.get("input")
        expected = f"a known setting{_nearest(name)}" if unknown else first["msg"].removeprefix("Value error, ")
        raise UserError(f"setting {name}", value, expected, f"mend {PREFIX}{_setting(name)} or hawker.yaml") from None


def _whole(settings: Settings) -> Settings:
    """Refuse one that lacks what another of them needs."""
    if settings.engine == "remote" and not settings.remote_url:
        expected = "the address of the server that HAWKER_ENGINE=remote shall ask"
        raise UserError("setting remote_url", "", expected, "set HAWKER_REMOTE_URL, as in http://gpu-box:8000/v1")
    return settings


def _refuse_unknown_environment(environment: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | NOT_SETTINGS
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            hint = _nearest(name.removeprefix(PREFIX).lower())
            raise UserError("environment", name, f"a known setting{hint}", f"unset {name} or mend its name")


def _setting(name: str) -> str:
    """The environment's name of what `name` is, or is a part of: `allowed_origins.0` is one of ALLOWED_ORIGINS."""
    return name.partition(".")[0].upper()


def _nearest(name: str) -> str:
    close = difflib.get_close_matches(name, Settings.model_fields, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
