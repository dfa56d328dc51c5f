"""On the demo shop, whose customers' true tastes are known, what is found for them beats chance by far."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.customer import CustomerProfile
from core.settings import Settings
from retrieval.opening import Retrieval, open_retrieval
from shop.demo.simulate import DemoShop

pytestmark = pytest.mark.model


@dataclass(frozen=True)
class KnownShop:
    retrieval: Retrieval
    profiles: list[CustomerProfile]
    products: list[str]
    truth: DemoShop


@pytest.fixture
def known(home: Settings, tmp_path: Path) -> Iterator[KnownShop]:
    from engine.opening import open_embedder
    from insight.customers.profiles import build_profiles
    from shop.demo.folder import write_demo
    from shop.demo.simulate import simulate
    from shop.loading import load_shop
    from store.opening import open_store

    demo = simulate(customers=300)
    write_demo(tmp_path / "demo", demo)
    store = open_store(home)
    load_shop(store, tmp_path / "demo")
    retrieval = open_retrieval(home, open_embedder(home))
    retrieval.index_products(store.shop.products())
    profiles = build_profiles(store, None)
    retrieval.index_profiles(profiles)
    yield KnownShop(retrieval, profiles, [product.id for product in store.shop.products()], demo)
    retrieval.close()
    store.close()


def test_products_and_look_alikes_beat_chance(known: KnownShop) -> None:
    favourites = {truth.customer_id: set(truth.favourites) for truth in known.truth.truth}
    tastes = {truth.customer_id: truth.category_weights for truth in known.truth.truth}
    chance = random.Random(3)
    asked = [profile for profile in known.profiles if profile.favourite_categories][:120]
    right, by_chance, alike, strangers = [], [], [], []
    for profile in asked:
        hits = [hit.id for hit in known.retrieval.products_for_profile(profile, 10)]
        right.append(len(favourites[profile.customer_id].intersection(hits)))
        by_chance.append(len(favourites[profile.customer_id].intersection(chance.sample(known.products, 10))))
        own = tastes[profile.customer_id]
        alike += [_overlap(own, tastes[hit.id]) for hit in known.retrieval.look_alikes(profile.customer_id, 5)]
        strangers += [_overlap(own, tastes[chance.choice(known.profiles).customer_id]) for _ in range(5)]
    assert np.mean(right) > 1.7 * np.mean(by_chance)
    assert np.mean(alike) > 1.4 * np.mean(strangers)


def _overlap(one: dict[str, float], other: dict[str, float]) -> float:
    """Shared interest, 0 to 1: the sum over categories of the smaller share."""
    return sum(min(share, other.get(category, 0.0)) for category, share in one.items())
