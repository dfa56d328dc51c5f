"""The demo shop as a recommender learns from it: drawn by its simulator, loaded into a store; no answer key is read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from core.settings import Settings
from insight.recommending.records import Records
from insight.recommending.shop_records import shop_records
from shop.demo.folder import write_demo
from shop.demo.simulate import simulate
from shop.loading import load_shop
from store.opening import open_store


def demo_shop_records(seed: int = 7, customers: int = 2000) -> Records:
    """Of the shop that `seed` draws, loaded into a store that goes with the end of the call."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Settings.model_construct(home=Path(folder) / "home"))
        write_demo(Path(folder) / "shop", simulate(seed, customers))
        load_shop(store, Path(folder) / "shop")
        records = shop_records(store)
        store.close()
    return records
