"""All orders as one Polars table, for those who count over the whole shop. No row becomes an object."""

from __future__ import annotations

from typing import Any

import polars
from sqlalchemy import select

from store.database import Database
from store.people import aliases
from store.tables.people import OrderLineRow, OrderRow
from store.tables.shop import BrandRow

SCHEMA: dict[str, Any] = {
    "order_id": polars.String,
    "customer_id": polars.String,
    "at": polars.Datetime("us", "UTC"),
    "status": polars.String,
    "total": polars.Float64,
    "product_id": polars.String,
    "quantity": polars.Int64,
    "price": polars.Float64,
    "variant_id": polars.String,
    "name": polars.String,
}


def read_order_table(database: Database) -> polars.DataFrame:
    """Columns as in `SCHEMA`, in the order of the orders' ids and their lines."""
    wanted = (
        select(
            OrderRow.id,
            OrderRow.customer_id,
            OrderRow.placed,
            OrderRow.status,
            OrderRow.total,
            OrderLineRow.product_id,
            OrderLineRow.quantity,
            OrderLineRow.price,
            OrderLineRow.variant_id,
            OrderLineRow.name,
            OrderRow.currency,
        )
        .outerjoin(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
        .order_by(OrderRow.id, OrderLineRow.position)
    )
    with database.read() as session:
        rows = [tuple(row) for row in session.execute(wanted)]
        standing = aliases(session)
        brand = session.get(BrandRow, 1)
    frame = polars.DataFrame(rows, schema={**SCHEMA, "currency": polars.String}, orient="row")
    if brand is not None:
        # Euros are not added to dollars: what is in another currency than the shop's has no amount here.
        foreign = polars.col("currency").fill_null(brand.content["currency"]) != brand.content["currency"]
        frame = frame.with_columns(
            polars.when(~foreign).then(polars.col(name)).alias(name) for name in ("total", "price")
        )
    frame = frame.drop("currency")
    return frame.with_columns(polars.col("customer_id").replace(standing))
