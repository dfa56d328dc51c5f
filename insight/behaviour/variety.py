"""How widely a customer buys: categories, brands and products, and how much of it is the favourite."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

WORDS: Mapping[str, str] = {
    "products": "different products bought",
    "repeat_share": "share of pieces bought of a product bought before or twice",
    "categories": "different categories bought from",
    "category_entropy": "how evenly purchases spread over categories (0: all in one)",
    "category_share": "share of purchases in the favourite category",
    "brands": "different brands bought",
    "brand_share": "share of purchases of the favourite brand",
}


def variety_features(bought: pl.LazyFrame, products: pl.DataFrame) -> pl.LazyFrame:
    """One row a customer with a line in `bought` (lines that count): the columns of `WORDS`.

    Entropy is Shannon's, in nats, over pieces. Shares are null where no product has a category, or a brand.
    """
    pieces = (
        bought.filter(pl.col("product_id").is_not_null(), pl.col("quantity") > 0)
        .group_by("customer_id", "product_id")
        .agg(pieces=pl.col("quantity").sum())
    )
    by_product = pieces.group_by("customer_id").agg(
        products=pl.len(), repeat_share=1 - pl.len() / pl.col("pieces").sum()
    )
    known = pieces.join(products.lazy().select("product_id", "category", "brand"), on="product_id", how="left")
    categories = _spread(known, "category").rename({"kinds": "categories", "top": "category_share"})
    brands = _spread(known, "brand").drop("entropy").rename({"kinds": "brands", "top": "brand_share"})
    joined = by_product.join(categories, on="customer_id", how="left").join(brands, on="customer_id", how="left")
    return joined.rename({"entropy": "category_entropy"}).select("customer_id", *WORDS)


def _spread(known: pl.LazyFrame, kind: str) -> pl.LazyFrame:
    """customer_id, kinds (how many), entropy (nats), top (share of the largest), over pieces whose `kind` is known."""
    share = pl.col("pieces") / pl.col("pieces").sum()
    return (
        known.filter(pl.col(kind).is_not_null())
        .group_by("customer_id", kind)
        .agg(pl.col("pieces").sum())
        .group_by("customer_id")
        .agg(kinds=pl.len(), entropy=(share * share.log()).sum().abs(), top=share.max())
    )
