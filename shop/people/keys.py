"""What two records of one person have in common: e-mail, loyalty card, telephone, device, cookie, in one spelling each.

A telephone number is compared as E.164, by the shop's country where it names none; without either it is no key. Cards,
devices and cookies stand among a customer's attributes, several divided by `|`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from core.customer import Customer
from store.sealing import normal_email

Kind = Literal["email", "loyalty_card", "phone", "device", "cookie"]
BY_ATTRIBUTE: tuple[Kind, ...] = ("loyalty_card", "device", "cookie")
STRENGTH: tuple[Kind, ...] = ("email", "loyalty_card", "phone", "device", "cookie")
"""the strongest evidence first"""
PERSONAL: frozenset[Kind] = frozenset({"email", "loyalty_card"})
"""the others are often shared by a household"""
SHORTEST = 4
"""characters of a card, device or cookie: `0` and `n/a` are nobody's"""


@dataclass(frozen=True, slots=True)
class Key:
    """One value by which a person is known."""

    kind: Kind
    value: str

    @property
    def masked(self) -> str:
        """Enough to recognise the value by for somebody who knows it."""
        name, at, domain = self.value.partition("@")
        return f"{name[:1]}***@{domain}" if at else f"***{self.value[-3:]}"


def keys_of(customer: Customer, country: str = "") -> Iterator[Key]:
    """All keys of a record. `country`: two letters of ISO 3166, or nothing."""
    if customer.email:
        yield Key("email", normal_email(customer.email))
    if customer.phone and (number := e164(customer.phone, country)):
        yield Key("phone", number)
    for kind in BY_ATTRIBUTE:
        for value in customer.attributes.get(kind, "").split("|"):
            plain = re.sub(r"[\s-]", "", value).casefold()
            if len(plain) >= SHORTEST:
                yield Key(kind, plain)


def e164(number: str, country: str = "") -> str | None:
    """`+13035550100` from `(303) 555-0100` in the US; None for what is no possible number."""
    import phonenumbers

    written = re.sub(r"^\s*00", "+", number)
    try:
        parsed = phonenumbers.parse(written, country.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
