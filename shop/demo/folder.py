"""The demo shop as the folder that `hawker shop load` reads, with the answer key beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.customer import Event
from core.plain import plain
from shop.demo.catalogue import DATA
from shop.demo.simulate import DemoShop, simulate

TRUTH = "truth.jsonl"
"""the answer key; the loader does not read it"""


def write_demo(folder: Path, shop: DemoShop | None = None) -> DemoShop:
    """Write brand, products, knowledge and the simulated tables of `shop` (default: `simulate()`) into `folder`.

    Files of the same names are replaced. Returns what was written.
    """
    shop = shop or simulate()
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    _write_rows(folder / "customers.jsonl", shop.customers)
    _write_rows(folder / "orders.jsonl", shop.orders)
    _write_rows(folder / "reviews.jsonl", shop.reviews)
    _write_events(folder / "events.parquet", shop.events)
    _write_rows(folder / TRUTH, shop.truth)
    return shop


def _write_rows(file: Path, rows: Iterable[object]) -> None:
    with file.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(plain(row), ensure_ascii=False) + "\n")


def _write_events(file: Path, events: Sequence[Event]) -> None:
    import polars

    table = polars.DataFrame(
        {
            "customer_id": [event.customer_id for event in events],
            "kind": [event.kind for event in events],
            "at": [event.at for event in events],
            "product_id": [event.product_id for event in events],
            "value": [event.value for event in events],
            "channel": [event.channel for event in events],
        },
        schema_overrides={"at": polars.Datetime("us", "UTC"), "product_id": polars.String, "value": polars.Float64},
    )
    table.write_parquet(file)
