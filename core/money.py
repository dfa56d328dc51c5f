"""How a customer reads a price."""

from __future__ import annotations

from decimal import Decimal

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "JPY": "¥"}
NO_MINOR_UNIT = frozenset({"JPY", "KRW"})


def money(amount: Decimal | None, currency: str | None) -> str:
    """The price as text, empty where none is known.

    >>> money(Decimal("79"), "USD"), money(Decimal("79.5"), "CHF"), money(None, "USD")
    ('$79.00', '79.50 CHF', '')
    """
    if amount is None:
        return ""
    number = f"{amount:,.0f}" if currency in NO_MINOR_UNIT else f"{amount:,.2f}"
    if currency in SYMBOLS:
        return SYMBOLS[currency] + number
    return f"{number} {currency or ''}".strip()
