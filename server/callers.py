"""Who calls: this machine itself while no key was made, the holder of a key, or a visitor without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import Request

from agent.house import House
from core.access import SCOPES, ApiKey, Scope
from core.settings import Settings
from server.addresses import host_of, is_loopback, visitors_network
from server.refusals import OnlyFromHere


@dataclass(frozen=True, slots=True)
class Limits:
    """What one caller may use."""

    requests_per_minute: int
    tokens_per_day: int


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller, `limits` None for no limits. `payer` is the name under which use is counted, None where it is not."""

    kind: Literal["local", "key", "visitor"]
    scopes: frozenset[Scope]
    payer: str | None = None
    limits: Limits | None = None
    showed_a_key: bool = False
    """a visitor may have shown one that opens nothing"""


LOCAL = Caller("local", frozenset(SCOPES))


def identify(house: House, request: Request) -> Caller:
    """Whom `request` comes from. Raises `OnlyFromHere` where no key was made and it is not from this machine."""
    if not house.store.api_keys.any_made():
        _refuse_from_elsewhere(request)
        return LOCAL
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    key = house.store.api_keys.recognise(secret.strip()) if scheme.lower() == "bearer" else None
    return _holder(key, house.settings) if key else _visitor(house, request, showed_a_key=bool(secret))


def _holder(key: ApiKey, settings: Settings) -> Caller:
    limits = Limits(
        key.requests_per_minute or settings.requests_per_minute,
        key.tokens_per_day or settings.tokens_per_day,
    )
    return Caller("key", key.scopes, f"key:{key.id}", limits, showed_a_key=True)


def _visitor(house: House, request: Request, showed_a_key: bool) -> Caller:
    settings = house.settings
    # Whoever shows a bad key is told so, instead of being served as somebody else.
    scopes: frozenset[Scope] = frozenset({"chat"} if settings.public_chat and not showed_a_key else ())
    payer = house.store.token_use.visitor(visitors_network(_address(request)))
    limits = Limits(settings.visitor_requests_per_minute, settings.visitor_tokens_per_day)
    return Caller("visitor", scopes, payer, limits, showed_a_key)


def _refuse_from_elsewhere(request: Request) -> None:
    """The `Host` is looked at too: a foreign page can point a name of its own at 127.0.0.1 (DNS rebinding), and a proxy
    on this machine makes everybody come from here."""
    if not is_loopback(_address(request)):
        raise OnlyFromHere("address", _address(request))
    host = host_of(request.headers.get("host", ""))
    if not is_loopback(host):
        raise OnlyFromHere("Host", host)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
