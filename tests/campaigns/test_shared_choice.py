"""Recipients who would read the same but for the product share a few products, each getting the best of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest

from campaigns.audience import Recipient
from campaigns.shared_choice import READERS, SharedChoice
from core.customer import Customer, CustomerProfile
from core.shop import Product
from insight.recommending.people import People, draw_people
from insight.recommending.recommender import Ranked
from insight.recommending.records import GROUP_SCHEMA, INTERACTION_SCHEMA, ITEM_SCHEMA, Records
from insight.recommending.signals import Signals

PRODUCTS = ("LAMP", "STOVE", "TENT")


@dataclass
class _Model:
    catalogue: _Model | None = None
    ids: tuple[str, ...] = PRODUCTS

    @property
    def named(self) -> dict[str, int]:
        return {item: number for number, item in enumerate(PRODUCTS)}


class _Shop:
    """A recommender whose word is given: a row of scores for each recipient."""

    def __init__(self, scores: dict[str, tuple[float, ...]], stock: int | None = None) -> None:
        self.model = _Model(catalogue=_Model())
        self.products = tuple(Product(key, {"en": key}, stock=stock if key == "LAMP" else None) for key in PRODUCTS)
        self._scores = scores

    def rank(self, customer_ids: list[str], exclude: list[str]) -> Ranked:
        columns = [number for number, key in enumerate(PRODUCTS) if key not in exclude]
        cells = [(person, item) for person in range(len(customer_ids)) for item in columns]
        person, item = (np.array(side, np.int64) for side in zip(*cells, strict=True))
        scores = np.array([self._scores[customer_ids[p]][i] for p, i in cells], np.float32)
        signals = Signals(person, item, np.zeros(len(cells), bool), np.zeros((len(cells), 1), np.float32), ("x",))
        return Ranked(_people(customer_ids), signals, scores)


def _people(ids: list[str]) -> People:
    import polars as pl

    nothing = (pl.DataFrame(schema=schema) for schema in (INTERACTION_SCHEMA, ITEM_SCHEMA, GROUP_SCHEMA))
    return draw_people(Records(*nothing), ids, PRODUCTS, datetime(2026, 1, 1, tzinfo=UTC))


def _recipient(customer: str, last: str | None = None) -> Recipient:
    return Recipient(Customer(customer), CustomerProfile(customer, last_product_id=last), "en")


def _choose(shop: _Shop, recipients: list[Recipient], among: dict[str, Product] | None = None) -> list[str]:
    choice = SharedChoice(shop, recipients, among, lambda profile: None)  # type: ignore[arg-type]
    return [product.id if (product := choice(one.profile)) else "" for one in recipients]


def test_a_small_group_shares_the_product_that_serves_it_best() -> None:
    shop = _Shop({"a": (3, 2, 1), "b": (3, 2, 1), "c": (1, 2, 3)})
    assert _choose(shop, [_recipient(one) for one in "abc"]) == ["LAMP"] * 3


def test_a_large_group_is_split_by_taste() -> None:
    names = [f"c{number:02d}" for number in range(2 * READERS)]
    shop = _Shop({name: ((3, 0, 1) if number % 2 else (1, 0, 3)) for number, name in enumerate(names)})
    assert _choose(shop, [_recipient(name) for name in names]) == ["TENT", "LAMP"] * READERS


def test_neither_sold_out_nor_bought_last_nor_outside_the_campaign() -> None:
    recipients = [_recipient("a", last="TENT")]
    assert _choose(_Shop({"a": (3, 1, 2)}, stock=0), recipients) == ["STOVE"]
    among = {"TENT": Product("TENT", {"en": "Tent"}), "LAMP": Product("LAMP", {"en": "Lamp"})}
    assert _choose(_Shop({"a": (1, 3, 2)}), recipients, among) == ["LAMP"]


def test_whom_nothing_is_recommended_the_old_way_chooses_for() -> None:
    stove = Product("STOVE", {"en": "Stove"})
    choice = SharedChoice(_Shop({}), [], None, lambda profile: stove)  # type: ignore[arg-type]
    assert choice(CustomerProfile("z")) == stove


@pytest.mark.parametrize("count", [1, READERS - 1])
def test_fewer_than_its_readers_means_one_product(count: int) -> None:
    names = [f"c{number}" for number in range(count)]
    shop = _Shop({name: tuple(np.roll((3, 2, 1), number)) for number, name in enumerate(names)})
    assert len(set(_choose(shop, [_recipient(name) for name in names]))) == 1
