"""The answer key: what is true of each simulated customer. It never enters the shop's tables; it grades predictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shop.demo.catalogue import demo_products, home_category
from shop.demo.traits import Traits

FAVOURITES = 10


@dataclass(frozen=True, slots=True)
class CustomerTruth:
    customer_id: str
    segment: str
    """the behaviour's name; not an RFM segment"""
    alive: bool
    """whether they may order again"""
    dropout: datetime | None
    """when they turned away: at their last order; None while alive"""
    purchase_rate: float
    """orders a year while alive; 0 for one who only looks"""
    category_weights: Mapping[str, float]
    """category -> share of interest, of sum 1, seasons evened out"""
    price_sensitivity: float
    """0 to 1"""
    favourites: tuple[str, ...]
    """the products that they are most likely to order, the likeliest first"""


def tell_truth(traits: Traits, dropout: datetime | None) -> CustomerTruth:
    """The answer key's entry for a customer who turned away at `dropout`, or has not."""
    interest = {
        product.id: traits.categories.get(home_category(product), 0.0) * traits.appeal[product.id]
        for product in demo_products()
    }
    return CustomerTruth(
        customer_id=traits.customer_id,
        segment=traits.behaviour.name,
        alive=dropout is None,
        dropout=dropout,
        purchase_rate=traits.orders_a_year,
        category_weights=traits.categories,
        price_sensitivity=traits.price_sensitivity,
        favourites=tuple(sorted(interest, key=interest.__getitem__, reverse=True)[:FAVOURITES]),
    )
