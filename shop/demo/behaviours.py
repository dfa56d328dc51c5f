"""The hidden kinds of customer, read from `cast/behaviours.yaml`, which explains the fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from shop.demo.catalogue import read_cast


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Rates and chances are means over the customers of this kind."""

    name: str
    share: float
    orders_a_year: float
    dropout: float
    price_sensitivity: float
    basket: float
    hour: float
    opens: float
    categories: Mapping[str, float]
    likes: frozenset[str]


@cache
def behaviours() -> Mapping[str, Behaviour]:
    rows: Mapping[str, Mapping[str, Any]] = read_cast("behaviours.yaml")
    return {name: Behaviour(name=name, **{**row, "likes": frozenset(row["likes"])}) for name, row in rows.items()}


def draw_behaviour(rng: Random) -> Behaviour:
    kinds = tuple(behaviours().values())
    return rng.choices(kinds, weights=[kind.share for kind in kinds])[0]
