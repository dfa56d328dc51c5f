"""After the shop's records changed: profiles drawn anew, and everything indexed that changed. Safe to run again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agent.house import House
from insight.customers.profiles import build_profiles
from retrieval.ingest import IngestReport


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many profiles were drawn, and what each index had to do."""

    profiles: int
    documents: IngestReport
    products: IngestReport
    customers: IngestReport


def refresh(house: House, say: Callable[[str], None] = lambda stage: None) -> Refreshed:
    """Bring profiles and indexes in line with the store. `say` is told each stage as it begins."""
    say("indexing knowledge")
    documents = house.retrieval.index_documents(house.store.shop.documents())
    say("indexing products")
    products = house.retrieval.index_products(house.store.shop.products())
    say("drawing customer profiles")
    profiles = build_profiles(house.store, house.readers)
    house.store.profiles.put(profiles)
    say("indexing customer profiles")
    customers = house.retrieval.index_profiles(profiles)
    return Refreshed(len(profiles), documents, products, customers)
