"""The customers as the shop knows them: name, e-mail, telephone, address, sizes, consents. All of it is invented.

Telephone numbers of the United States are from the range kept for fiction (555-01xx); Chinese ones start with 100,
which no mobile number does; e-mail addresses are at example.com; the towns do not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from core.customer import Consent, Customer
from shop.demo.catalogue import read_cast
from shop.demo.traits import Traits, stream

CLOTHING = {"XS": 0.08, "S": 0.24, "M": 0.33, "L": 0.24, "XL": 0.11}
SHOES = {f"EU {size}": weight for size, weight in zip(range(37, 46), (6, 10, 14, 14, 15, 16, 13, 8, 4), strict=True)}


@dataclass(frozen=True, slots=True)
class Asked:
    """How people answer when asked for marketing on one channel; the remaining share was never asked."""

    granted: float
    refused: float
    withdrawn: float
    """share of the granted that is taken back later"""
    sources: tuple[str, ...]


CHANNELS: Mapping[str, Asked] = {
    "email": Asked(0.70, 0.14, 0.10, ("checkout", "newsletter form", "store till")),
    "sms": Asked(0.24, 0.30, 0.15, ("checkout", "account page")),
    "post": Asked(0.35, 0.10, 0.03, ("checkout", "store till")),
}


@dataclass(frozen=True, slots=True)
class Name:
    first: str
    last: str
    mailbox: str


def person(seed: int, traits: Traits, end: datetime, name: Name | None = None) -> Customer:
    """The customer with these traits as of `end`; `name` for one whom the demo knows."""
    rng = stream(seed, traits.customer_id, "person")
    drawn = _name(rng, traits.language)
    called = name or drawn
    number = int(traits.customer_id.rpartition("-")[2])
    return Customer(
        id=traits.customer_id,
        first_name=called.first,
        last_name=called.last,
        email=f"{called.mailbox}.{number}@example.com",
        phone=_phone(rng, traits.country),
        address=_address(rng, traits),
        language=traits.language,
        attributes={
            "country": traits.country,
            "clothing_size": rng.choices(list(CLOTHING), weights=list(CLOTHING.values()))[0],
            "shoe_size": rng.choices(list(SHOES), weights=list(SHOES.values()))[0],
        },
        consents=_consents(rng, traits.joined, end, always=name is not None),
        created=traits.joined,
    )


@cache
def _names() -> Any:
    return read_cast("names.yaml")


def _name(rng: Random, language: str) -> Name:
    names = _names()[language]
    if language == "zh":
        family, family_pinyin = rng.choice(names["family"]).split()
        given, given_pinyin = rng.choice(names["given"]).split()
        return Name(given, family, f"{family_pinyin}.{given_pinyin}")
    first, last = rng.choice(names["first"]), rng.choice(names["last"])
    return Name(first, last, f"{first}.{last}".lower())


def _phone(rng: Random, country: str) -> str:
    if country == "CN":
        return f"+86 100 {rng.randrange(10000):04d} {rng.randrange(10000):04d}"
    return f"+1 {rng.choice((503, 541, 971, 206, 208, 406))} 555 01{rng.randrange(100):02d}"


def _address(rng: Random, traits: Traits) -> str:
    names = _names()["zh" if traits.country == "CN" else "en"]
    street, city = rng.choice(names["streets"]), rng.choice(names["cities"])
    if traits.country == "CN":
        return f"{city}{street} {rng.randrange(1, 200)} 号 {rng.randrange(1, 12)} 栋 {rng.randrange(101, 2800)} 室"
    if traits.country == "CA":
        return f"{rng.randrange(10, 2000)} {street}, Cedar Narrows, BC V0V 0V0, Canada"
    return f"{rng.randrange(10, 2000)} {street}, {city}, USA"


def _consents(rng: Random, joined: datetime, end: datetime, always: bool) -> tuple[Consent, ...]:
    consents: list[Consent] = []
    for channel, asked in CHANNELS.items():
        answer, source, later, when = rng.random(), rng.choice(asked.sources), rng.random(), rng.random()
        granted = answer < asked.granted or (always and channel == "email")
        if not granted and answer >= asked.granted + asked.refused:
            continue
        consents.append(Consent(channel, granted, joined, source))
        if granted and later < asked.withdrawn and not always:
            days = timedelta(days=20) + timedelta(seconds=int((end - joined).total_seconds() * when))
            if joined + days < end:
                consents.append(Consent(channel, False, joined + days, "unsubscribe link"))
    return tuple(consents)
