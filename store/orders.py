"""Orders and their lines. Each `put` inserts or overwrites by id, lines and all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.customer import Order, OrderLine
from store.database import Database, in_chunks
from store.people import aliases, parts_of
from store.strangers import refusing_strangers
from store.tables.people import OrderLineRow, OrderRow

if TYPE_CHECKING:
    import polars

PAGE = 1000


class OrderBook:
    """The repository behind `Store.orders`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, orders: Iterable[Order]) -> None:
        """Raises `NotFound` (and keeps none of them) where an order's customer is not in the shop."""
        unique = {order.id: order for order in orders}
        lines = [_line_row(order.id, at, line) for order in unique.values() for at, line in enumerate(order.lines)]
        buyers = [order.customer_id for order in unique.values()]
        with refusing_strangers(self._database, buyers), self._database.write() as session:
            self._database.upsert(session, OrderRow, [_order_row(order) for order in unique.values()])
            for some in in_chunks(list(unique)):
                session.execute(delete(OrderLineRow).where(OrderLineRow.order_id.in_(some)))
            self._database.upsert(session, OrderLineRow, lines)

    def of(self, customer_id: str) -> list[Order]:
        """One customer's orders, newest first, undated ones last."""
        wanted = select(OrderRow).order_by(OrderRow.placed.is_(None), OrderRow.placed.desc(), OrderRow.id.desc())
        with self._database.read() as session:
            parts = parts_of(session, customer_id)
            wanted = wanted.where(OrderRow.customer_id.in_(parts))
            return _orders(session, session.scalars(wanted).all(), dict.fromkeys(parts, parts[0]))

    def get(self, order_id: str) -> Order | None:
        with self._database.read() as session:
            row = session.get(OrderRow, order_id)
            return None if row is None else _orders(session, [row], aliases(session))[0]

    def all(self) -> Iterator[Order]:
        """In the order of their ids; read a page at a time, so that no transaction stays open."""
        after: str | None = None
        while True:
            page = select(OrderRow).order_by(OrderRow.id).limit(PAGE)
            if after is not None:
                page = page.where(OrderRow.id > after)
            with self._database.read() as session:
                found = _orders(session, session.scalars(page).all(), aliases(session))
            if not found:
                return
            yield from found
            after = found[-1].id

    def lines(self) -> polars.DataFrame:
        """All orders as one table for arithmetic, a row a line; an order without lines has one row without a product.

        Columns: order_id, customer_id, at (UTC, microseconds), status, total (of the whole order), product_id,
        quantity, price (of one piece), variant_id, name (as it was called then). Money is Float64: exact sums are made
        from `all()`, or in whole ten-thousandths.
        """
        from store.order_table import read_order_table

        return read_order_table(self._database)


def _orders(session: Session, rows: Sequence[OrderRow], standing: Mapping[str, str]) -> list[Order]:
    """`standing`: the id that stands for a customer, where that is another one (`store.people`)."""
    lines: dict[str, list[OrderLine]] = {}
    for some in in_chunks([row.id for row in rows]):
        wanted = select(OrderLineRow).where(OrderLineRow.order_id.in_(some)).order_by(OrderLineRow.position)
        for line in session.scalars(wanted):
            made = OrderLine(line.product_id, line.name, line.quantity, line.price, line.variant_id, line.options)
            lines.setdefault(line.order_id, []).append(made)
    return [
        Order(
            id=row.id,
            customer_id=standing.get(row.customer_id, row.customer_id),
            lines=tuple(lines.get(row.id, ())),
            status=row.status,
            placed=row.placed,
            total=row.total,
            currency=row.currency,
            tracking=tuple(row.tracking),
        )
        for row in rows
    ]


def _order_row(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "customer_id": order.customer_id,
        "status": order.status,
        "placed": order.placed,
        "total": order.total,
        "currency": order.currency,
        "tracking": list(order.tracking),
    }


def _line_row(order_id: str, position: int, line: OrderLine) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "position": position,
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "name": line.name,
        "quantity": line.quantity,
        "price": line.price,
        "options": dict(line.options),
    }
