"""The demo shop's products, read from its own data folder, and where the simulator's cast lies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.shop import Product, Variant

DATA = Path(__file__).parent / "data"
"""what `hawker shop load` reads: brand, products, knowledge"""
CAST = Path(__file__).parent / "cast"
"""what only the simulator reads: behaviours, seasons, names, sentences"""


@cache
def demo_products() -> tuple[Product, ...]:
    """The sixty products, in the order of the file."""
    lines = (DATA / "products.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(_product(json.loads(line)) for line in lines)


def home_category(product: Product) -> str:
    """The narrowest category, by which behaviours and seasons speak of a product."""
    return product.category[-1]


def read_cast(name: str) -> Any:
    """One YAML file of the cast."""
    return yaml.safe_load((CAST / name).read_text(encoding="utf-8"))


def _product(row: Mapping[str, Any]) -> Product:
    return Product(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        attributes=row["attributes"],
        category=tuple(row["category"]),
        brand=row["brand"],
        price=Decimal(row["price"]),
        currency=row["currency"],
        stock=row["stock"],
        url=row["url"],
        variants=tuple(_variant(variant) for variant in row.get("variants", ())),
    )


def _variant(row: Mapping[str, Any]) -> Variant:
    return Variant(row["id"], row["options"], Decimal(row["price"]), row["available"], row["stock"])
