"""`GET /v1/shop` and what stands on its shelves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query

from core.plain import plain
from server.deps import OpenHouse

router = APIRouter(tags=["shop"])


@router.get("/v1/shop")
def status(house: OpenHouse) -> dict[str, Any]:
    """Counts by kind, a few ids to try, and the brand."""
    shop = house.store.shop
    samples = {f"sample_{kind}": shop.sample_ids(kind, 5) for kind in ("products", "customers")}
    return {**shop.counts(), **samples, "brand": plain(shop.brand())}


@router.get("/v1/shop/products")
def products(house: OpenHouse, offset: int = Query(0, ge=0), limit: int = Query(50, ge=1, le=500)) -> dict[str, Any]:
    """Products by id, a page at a time."""
    found = house.store.shop.products(offset=offset, limit=limit)
    return {"total": house.store.shop.counts().get("products", 0), "products": plain(found)}


@router.get("/v1/shop/products/{product_id}")
def product(product_id: str, house: OpenHouse) -> dict[str, Any]:
    """One product."""
    found: dict[str, Any] = plain(house.store.shop.product(product_id))
    return found
