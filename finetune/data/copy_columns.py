"""The columns of a table of products and their copy: ours in English or Chinese, and every other one an attribute.

    product,description,Material,price,channel,part,text
    Fern Mug,The handle fits three fingers.,stoneware,$12,google-rsa,headline,Room for three fingers

A product may have several rows; what a cell leaves empty is taken from the product's other rows, else from the shop's
own record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from core.shop import Product
from finetune.data.findings import Problem
from finetune.data.raw_rows import RawRow
from prompts.inputs import neutralise
from shop.values import Unreadable, language_of, read_money

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "copy", "ad", "ad_copy", "文案", "广告文案"),
    "name": ("product", "product_name", "name", "title", "item", "商品", "商品名", "商品名称", "产品", "名称"),
    "id": ("product_id", "sku", "id", "货号", "商品编号"),
    "description": ("description", "details", "product_description", "描述", "商品描述", "介绍"),
    "fact": ("fact", "selling_point", "卖点"),
    "channel": ("channel", "渠道"),
    "part": ("part", "位置"),
    "kind": ("kind", "类型"),
    "language": ("language", "lang", "语言"),
    "segment": ("segment", "人群"),
    "tone": ("tone", "语气"),
    "mood": ("mood",),
    "offer": ("offer", "优惠"),
    "price": ("price", "价格"),
    "currency": ("currency", "币种"),
    "category": ("category", "类目"),
    "brand": ("brand", "品牌"),
}
NEEDED = ("text", "name")


@dataclass(frozen=True, slots=True)
class CopyCells:
    """One row by the names of `COLUMNS`, empty where the table has no such column; `product` is the id."""

    row: RawRow
    product: str
    language: str
    said: Mapping[str, str]
    attributes: Mapping[str, str] = field(default_factory=dict)


def read_cells(row: RawRow) -> CopyCells | Problem:
    """The row's cells under our names. A column that no name knows is an attribute of the product."""
    said: dict[str, str] = {}
    attributes: dict[str, str] = {}
    for column, value in row.fields.items():
        name = _known(column)
        if name and name not in said:
            said[name] = str(value)
        elif str(value):
            attributes[column] = str(value)
    for name in NEEDED:
        if not said.get(name):
            shown = ", ".join(COLUMNS[name][:3])
            reason = "is empty" if name in said else f"has no column (one of {shown} ...)"
            return Problem(row.place, COLUMNS[name][0], reason, "fill it, or take the row out")
    if neutralise(said["text"]) != said["text"]:
        return Problem(
            row.place, "text", f"holds a model's control token ({said['text'][:40]!r})", "take the token out"
        )
    if said.get("price"):
        try:
            read_money(said["price"])
        except Unreadable as unreadable:
            return Problem(row.place, "price", f"{said['price']!r} is {unreadable}", "write one amount, as 79.00")
    language = said.get("language") or language_of(said["text"])
    return CopyCells(row, said.get("id") or _slug(said["name"]), language, said, attributes)


def products_of(cells: Sequence[CopyCells], known: Mapping[str, Product]) -> dict[str, Product]:
    """The products that the rows speak of, by id; `known` are the shop's own records, by id or lower-case name."""
    found: dict[str, Product] = {}
    for one in cells:
        record = known.get(one.product) or known.get(one.said["name"].casefold())
        before = found.get(one.product) or replace(record or Product(one.product, {}), id=one.product)
        found[one.product] = _told(before, one)
    return found


def _told(product: Product, cells: CopyCells) -> Product:
    """`product` with what a further row says of it; what was said first stays."""
    said, language = cells.said, cells.language
    mine = language_of(said.get("description") or said["name"])
    texts: dict[str, Any] = {"name": {language: said["name"], **product.name}}
    if said.get("description"):
        texts["description"] = {mine: said["description"], **product.description}
    if cells.attributes:
        attributes = {**cells.attributes, **product.attributes.get(language, {})}
        texts["attributes"] = {**product.attributes, language: attributes}
    if said.get("category") and not product.category:
        texts["category"] = tuple(re.split(r"\s*[|>]\s*", said["category"]))
    price: Decimal | None = read_money(said["price"]) if said.get("price") else None
    return replace(
        product,
        **texts,
        brand=product.brand or said.get("brand") or None,
        price=product.price if product.price is not None else price,
        currency=product.currency or said.get("currency") or _currency(said.get("price", "")),
    )


def _currency(price: str) -> str | None:
    signs = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "￥": "CNY", "元": "CNY"}
    return next((code for sign, code in signs.items() if sign in price), None)


def _known(column: str) -> str:
    plain = re.sub(r"[\s-]+", "_", column.strip().casefold())
    return next((name for name, spellings in COLUMNS.items() if plain in spellings), "")


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.casefold()).strip("-") or "product"
