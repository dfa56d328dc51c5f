"""Slots: named holes such as `{price}` that code fills with facts. The model writes around them.

Filling is one literal pass. A value is never read as a template again, so a product called `{price}` stays just that,
and no format syntax (`{0!r}`, `{a.b}`) means anything here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with every slot named in `values` replaced; slots without a value stay open.

    >>> fill("Only {price}, {first_name}!", {"price": "{first_name}"})
    'Only {first_name}, {first_name}!'
    """
    return SLOT.sub(lambda match: values.get(match[1], match[0]), text)


def open_slots(text: str) -> frozenset[str]:
    """Names of the slots in `text`."""
    return frozenset(SLOT.findall(text))


def without_slots(text: str) -> str:
    """`text` with each slot replaced by a space: what the model itself wrote, for checks on its words."""
    return SLOT.sub(" ", text)
