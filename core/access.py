"""Who may use the HTTP API: what a key can open, and a key as everyone but its holder may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Scope = Literal["chat", "copy", "emails", "customers", "shop", "completions", "metrics"]

SCOPES: Mapping[Scope, str] = {
    "chat": "ask the support desk, for customers whom the caller identified",
    "copy": "order advertising copy",
    "emails": "order campaigns, read their drafts and jobs",
    "customers": "read, write and erase customers, record their consents",
    "shop": "read the shop's brand, counts and products",
    "completions": "the bare model, as OpenAI's API has it",
    "metrics": "read how the server fares",
}
"""scope -> what it allows; which route asks for which is the server's table"""


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is to be. A limit of None is that of the settings."""

    name: str
    scopes: frozenset[Scope]
    requests_per_minute: int | None = None
    tokens_per_day: int | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that was made. `id` is the first part of the secret, by which people tell keys apart."""

    id: str
    name: str
    scopes: frozenset[Scope]
    requests_per_minute: int | None
    tokens_per_day: int | None
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    last_used: datetime | None
    """to the hour"""

    def opens_at(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked is None and (self.expires is None or now < self.expires)
