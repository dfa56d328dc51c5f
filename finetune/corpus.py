"""A corpus is a folder of shops; each is a shop's folder (docs/LAYOUT.md) with `rows/` beside its records."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError
from core.settings import load_settings
from core.shop import Brand, Document, Product
from finetune.rows import AdRow, EmailRow, SupportRow, read_rows

CORPORA = Path(__file__).with_name("corpora")


@dataclass(frozen=True, slots=True)
class ShopCorpus:
    """One fictional shop and what was written for it."""

    name: str
    brand: Brand
    products: Mapping[str, Product]
    documents: tuple[Document, ...]
    ads: tuple[AdRow, ...]
    emails: tuple[EmailRow, ...]
    support: tuple[SupportRow, ...]


def read_corpus(folder: Path) -> ShopCorpus:
    """The shop in `folder`. Raises `UserError` for a file or row that cannot be read."""
    brand, products, documents = _records(folder)
    rows = folder / "rows"
    return ShopCorpus(
        name=folder.name,
        brand=brand,
        products=products,
        documents=documents,
        ads=read_rows(rows / "ads.jsonl", AdRow),
        emails=read_rows(rows / "emails.jsonl", EmailRow),
        support=read_rows(rows / "support.jsonl", SupportRow),
    )


def _records(folder: Path) -> tuple[Brand, Mapping[str, Product], tuple[Document, ...]]:
    """Brand, products and articles, read as `hawker shop load` reads them."""
    from shop.loading import load_shop
    from store.opening import open_store

    with tempfile.TemporaryDirectory() as home:
        store = open_store(load_settings(home=Path(home)))
        try:
            report = load_shop(store, folder)
            refused = next(iter(report.refused_notes), None)
            brand = store.shop.brand()
            if refused is not None or brand is None:
                raise UserError("corpus", folder, f"a shop without refused rows ({refused or 'no BRAND.yaml'})")
            products = {product.id: product for product in store.shop.products()}
            return brand, products, tuple(store.shop.documents())
        finally:
            store.close()
