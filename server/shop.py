"""`GET /v1/shop` and what stands on its shelves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path

from core.shop import Brand, Product
from server.deps import OpenHouse
from server.paging import Limit, Offset
from server.problems import told

router = APIRouter(tags=["shop"])
SAMPLES = 5


@dataclass(frozen=True, slots=True)
class ShopTold:
    """Counts by kind, a few ids to try, and the brand."""

    products: int
    documents: int
    customers: int
    orders: int
    reviews: int
    events: int
    sample_products: list[str]
    sample_customers: list[str]
    brand: Brand | None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """`total` counts all of them."""

    total: int
    products: list[Product]


@router.get("/v1/shop")
def get_shop(house: OpenHouse) -> ShopTold:
    """Counts by kind, a few ids to try, and the brand."""
    shop = house.store.shop
    products, customers = (shop.sample_ids(kind, SAMPLES) for kind in ("products", "customers"))
    return ShopTold(**shop.counts(), sample_products=products, sample_customers=customers, brand=shop.brand())


@router.get("/v1/shop/products")
def list_products(house: OpenHouse, offset: Offset = 0, limit: Limit = 50) -> ProductPage:
    """Products by id, a page at a time."""
    shop = house.store.shop
    return ProductPage(shop.counts()["products"], shop.products(offset=offset, limit=limit))


@router.get("/v1/shop/products/{product_id}", responses=told(404))
def get_product(product_id: Annotated[str, Path(examples=["TENT-2"])], house: OpenHouse) -> Product:
    """One product with its variants; texts by language, money as text so that nothing is rounded."""
    return house.store.shop.product(product_id)
