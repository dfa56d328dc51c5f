"""What is known of the shop that a file belongs to: BRAND.yaml beside it, else the shop that this home has loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.settings import Settings
from core.shop import Brand, Product
from core.yaml_file import read_yaml
from shop.branding import read_brand
from store.opening import open_store

NOBODY = Brand(name="")


@dataclass(frozen=True, slots=True)
class KnownShop:
    """`products` by id and by lower-case name."""

    brand: Brand = NOBODY
    products: Mapping[str, Product] = field(default_factory=dict)


def loaded_shop(settings: Settings) -> KnownShop:
    """The shop in the store of `settings`; nobody's where no store was made yet, and none is made."""
    if not _exists(settings):
        return KnownShop()
    store = open_store(settings)
    try:
        products: dict[str, Product] = {}
        for product in store.shop.products():
            products[product.id] = product
            products.update((name.casefold(), product) for name in product.name.values())
        return KnownShop(store.shop.brand() or NOBODY, products)
    finally:
        store.close()


def shop_of(file: Path, loaded: KnownShop) -> KnownShop:
    """The shop of one file. Raises `UserError` for a BRAND.yaml beside it that cannot be read."""
    beside = file.parent / "BRAND.yaml"
    if not beside.is_file():
        return loaded
    return KnownShop(read_brand(read_yaml(beside, beside.name), beside.name), loaded.products)


def _exists(settings: Settings) -> bool:
    """A database server's is asked; a file of ours is not made by asking."""
    return settings.database_url is not None or (settings.home / "hawker.db").is_file()
