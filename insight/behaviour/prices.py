"""What a customer pays against what others pay: price level within a category, and the share bought at a discount."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from insight.behaviour.orders import orders_of, parts

MARKED_DOWN = 95
"""percent of the usual price at or below which a price is a discount; closer to it lies rounding"""
PIECES = 3
"""of one line, at most: forty tent pegs are not forty times the interest"""
WORDS: Mapping[str, str] = {
    "price_level": "price level within categories (log, 0: the usual)",
    "discount_share": "share of money spent below the usual price",
}


def price_features(bought: pl.LazyFrame, products: pl.DataFrame) -> pl.LazyFrame:
    """One row a customer with a line in `bought` (lines that count): the columns of `WORDS`."""
    levels, discounts = price_levels(bought, products), discount_shares(bought)
    return discounts.join(levels, on="customer_id", how="left").select("customer_id", *WORDS)


def price_levels(bought: pl.LazyFrame, products: pl.DataFrame) -> pl.LazyFrame:
    """customer_id, price_level: the mean over pieces of log(price / median price paid in the category).

    Rounded to nine digits, so that the order of summation never splits equal customers.
    """
    categories = products.lazy().select("product_id", "category")
    priced = (
        bought.filter(pl.col("price") > 0)
        .select("customer_id", "product_id", "price", pieces=pl.col("quantity").clip(upper_bound=PIECES))
        .join(categories, on="product_id", how="left")
        .with_columns(pl.col("category").fill_null(""))
    )
    usual = priced.group_by("category").agg(usual=pl.col("price").median())
    level = ((pl.col("price") / pl.col("usual")).log() * pl.col("pieces")).sum() / pl.col("pieces").sum()
    paid = priced.join(usual, on="category").group_by("customer_id")
    summed = paid.agg(price_level=level.round(9), pieces=pl.col("pieces").sum())
    return summed.filter(pl.col("pieces") > 0).drop("pieces")


def discount_shares(bought: pl.LazyFrame) -> pl.LazyFrame:
    """customer_id, discount_share: of the money, what went on things sold below their usual price; 0 without money.

    A coupon on the whole order discounts all of it.
    """
    priced = with_variant(bought).with_columns(paid=parts("price"))
    dear = priced.join(usual_prices(priced), on=["product_id", "variant_id"], how="left", nulls_equal=True)
    below = pl.col("paid") * 100 <= pl.col("usual") * MARKED_DOWN
    lowered = dear.group_by("order_id").agg(lowered=(pl.col("paid") * pl.col("quantity")).filter(below).sum())
    orders = orders_of(bought).join(lowered, on="order_id")
    coupon = (pl.col("paid") * 100 <= pl.col("listed") * MARKED_DOWN) & (pl.col("paid") != pl.col("listed"))
    # Where nothing was paid for nothing there is no coupon: both sums are zero.
    spent = orders.with_columns(pl.when(coupon).then(pl.col("listed")).otherwise(pl.col("lowered")).alias("lowered"))
    share = pl.when(pl.col("listed").sum() != 0).then(pl.col("lowered").sum() / pl.col("listed").sum()).otherwise(0.0)
    return spent.group_by("customer_id").agg(discount_share=share)


def usual_prices(priced: pl.LazyFrame) -> pl.LazyFrame:
    """product_id, variant_id, usual (ten-thousandths): the upper quartile of the prices `paid` for it.

    Not the catalogue's price: that is today's, and would make every order before a rise look like a bargain. Not the
    median: a product sold half the time in a sale would have no discount left.
    """
    paid = priced.filter(pl.col("paid").is_not_null()).group_by("product_id", "variant_id")
    return paid.agg(usual=pl.col("paid").sort().get((3 * pl.len()) // 4))


def with_variant(lines: pl.LazyFrame) -> pl.LazyFrame:
    """`lines` with the column variant_id, null where a table does not tell variants."""
    known = "variant_id" in lines.collect_schema().names()
    return lines if known else lines.with_columns(variant_id=pl.lit(None, pl.String))
