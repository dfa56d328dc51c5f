"""A database is loaded by its URL: tables called as our kinds, or what a mapping names. Nothing is written to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import UserError
from core.settings import Settings
from shop.loading import load_shop
from store.opening import Store, open_store

NOON = "2026-03-01T12:00:00Z"


@pytest.fixture
def opened(home: Settings) -> Iterator[Store]:
    store = open_store(home)
    yield store
    store.close()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "old shop.db"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE customers (id INTEGER, email TEXT)")
        made.execute("INSERT INTO customers VALUES (1, 'ann@example.org'), (NULL, 'bob@example.org')")
        made.execute(
            "CREATE TABLE orders (id TEXT, customer_id INTEGER, placed TEXT, product_id TEXT, quantity INTEGER)"
        )
        rows = [("o1", 1, NOON, "T", 2), ("o1", 1, NOON, "B", 1), ("o1", 1, NOON, "B", 1)]
        made.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", rows)
        made.execute("CREATE TABLE posts (id TEXT, source TEXT, text TEXT, at TEXT)")
        made.execute("INSERT INTO posts VALUES ('7', 'Weibo', '帐篷很好', ?)", (NOON,))
        made.execute("CREATE TABLE turns (conversation_id TEXT, customer_id INTEGER, at TEXT, role TEXT, text TEXT)")
        turns = [("t", 1, NOON, "customer", "Is it dry?"), ("t", 1, "2026-03-01T12:01:00Z", "agent", "Yes.")]
        made.executemany("INSERT INTO turns VALUES (?, ?, ?, ?, ?)", turns)
    return path


def test_tables_called_as_our_kinds_are_loaded(opened: Store, database: Path) -> None:
    before = database.read_bytes()
    report = load_shop(opened, f"sqlite:///{database}")
    assert report.taken == {"customers": 1, "orders": 2, "posts": 1, "turns": 2}
    assert report.refused == {"customers": 1, "orders": 1, "posts": 0, "turns": 0}
    [order] = opened.orders.of("1")
    assert [(line.product_id, line.quantity) for line in order.lines] == [("T", 2), ("B", 1)]
    [post] = opened.shop.reviews()
    assert (post.id, post.source, post.language) == ("weibo:7", "weibo", "zh")
    assert database.read_bytes() == before
    assert load_shop(opened, f"sqlite:///{database}") == report


def test_past_turns_become_a_conversation_that_nobody_can_guess(opened: Store, database: Path, home: Settings) -> None:
    load_shop(opened, f"sqlite:///{database}")
    made = opened.conversations._vault.blind("past conversation", "t")
    assert opened.conversations.get(made).started == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert [(turn.question, turn.answer) for turn in opened.conversations.turns(made)] == [("Is it dry?", "Yes.")]
    assert opened.erase("1").counts["conversations"] == 1


def test_a_mapping_names_table_or_query(opened: Store, database: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "customers: [{query: 'SELECT id AS who FROM customers WHERE id IS NOT NULL', fields: {id: who}}]\n"
        "orders: [{table: orders, fields: {id: id, customer_id: customer_id, placed: placed}}]\n"
    )
    report = load_shop(opened, f"sqlite:///{database}", mapping)
    assert report.taken == {"customers": 1, "orders": 1}
    mapping.write_text("orders: [{table: sales}]")
    with pytest.raises(UserError, match="one of customers, orders"):
        load_shop(opened, f"sqlite:///{database}", mapping)
    mapping.write_text("customers: [{query: 'DELETE FROM customers'}]")
    with pytest.raises(UserError, match="readonly"):
        load_shop(opened, f"sqlite:///{database}", mapping)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/shop.db", "a database file that is there"),
        ("postgresql://ann:secret@127.0.0.1:1/shop", "a database that answers"),
        ("oracle://ann:secret@db/shop", "driver is installed"),
        ("nonsense://", "driver is installed"),
    ],
)
def test_what_is_no_database_is_told_without_its_password(opened: Store, url: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        load_shop(opened, url)
    assert "secret" not in str(refused.value)
