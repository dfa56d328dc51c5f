"""Broken input of every kind we know: each is told with its reason and survived, and no row is dropped in silence."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.customer import Customer
from core.settings import Settings
from core.shop import Brand
from shop.loading import load_shop
from store.opening import Store, open_store

NOON = "2026-03-01T12:00:00Z"
ORDER = {"id": "o1", "customer_id": "c1", "placed": NOON}


@dataclass(frozen=True)
class Broken:
    """`file` with `content`; of its rows so many are taken as they are, mended, refused; `told` is in the report."""

    what: str
    file: str
    content: bytes
    counts: tuple[int, int, int]
    told: str


def _text(text: str) -> bytes:
    return text.encode("utf-8")


def _lines(*records: object) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode("utf-8")


def _priced(price: object, times: int = 30) -> bytes:
    usual = [{"id": f"p{at}", "name": "Tent", "price": f"{50 + at}.00"} for at in range(times)]
    return _lines(*usual, {"id": "odd", "name": "Tent", "price": price})


def _bought(quantity: object, orders: int = 30) -> bytes:
    line = {"product_id": "T", "price": "9.00"}
    usual = [{**ORDER, "id": f"o{at}", "lines": [line]} for at in range(orders)]
    return _lines(*usual, {**ORDER, "id": "odd", "lines": [{**line, "quantity": quantity}]})


CHINESE = "id,name\np1,双人帐篷很轻便\np2,羽绒睡袋很暖和\n"
FRENCH = "id,name\np1,Réchaud à gaz très léger\np2,Tente légère d'été\n"
CASES = [
    Broken("UTF-8 with a mark", "products.csv", b"\xef\xbb\xbfid,name\np1,Tent\n", (1, 0, 0), "1 taken"),
    Broken("UTF-16 with a mark", "products.csv", CHINESE.encode("utf-16"), (2, 0, 0), "UTF-16 by its byte order mark"),
    Broken(
        "UTF-16 without a mark", "products.csv", FRENCH.encode("utf-16-le"), (2, 0, 0), "UTF-16-LE by its zero bytes"
    ),
    Broken("GB18030", "products.csv", CHINESE.encode("gb18030"), (2, 0, 0), "recognised as gb18030"),
    Broken("Windows-1252", "products.csv", FRENCH.encode("cp1252"), (2, 0, 0), "recognised as cp1252"),
    Broken(
        "mixed encodings",
        "products.csv",
        _text("id,name\np1,Réchaud\np2,Été\n") + "p3,Bâche\n".encode("cp1252"),
        (2, 0, 1),
        "line 4: name 'bytes in another encoding'",
    ),
    Broken("an empty file", "products.csv", b"", (0, 0, 0), "products.csv: no rows"),
    Broken("a header alone", "products.csv", b"id,name\n", (0, 0, 0), "products.csv: no rows"),
    Broken(
        "mixed line ends",
        "products.csv",
        b"id,name\r\np1,Tent\np2,Bag\r\n",
        (2, 0, 0),
        "mixed line ends: 2 in CR LF, 1 in LF",
    ),
    Broken("ragged rows", "products.csv", b"id,name\np1,Tent\np2\np3,Bag,9\n", (1, 0, 2), "line 3: row '1 fields'"),
    Broken(
        "columns twice",
        "products.csv",
        b"id,name,name\np1,Tent,Tent\np2,Bag,Sack\n",
        (1, 1, 0),
        "name 'Sack': a second column",
    ),
    Broken("a column without a name", "products.csv", b"id,name,\np1,Tent,x\n", (0, 1, 0), "column 3 'x'"),
    Broken("NUL bytes", "products.csv", b"id,name\np1,Te\x00nt\n", (0, 1, 0), "invisible characters"),
    Broken(
        "a quote never closed",
        "products.csv",
        b'id,name\np1,"Tent\np2,Bag\np3,Mat\n',
        (2, 0, 1),
        "line 2: row 'p1,\"Tent'",
    ),
    Broken(
        "semicolons", "products.csv", b"id;name;price\np1;Tent;12,50\n", (0, 1, 0), "a decimal comma: read as 12.50"
    ),
    Broken(
        "a broken line of JSON", "products.jsonl", b'{"id": "p1", "name": "x"}\n{"id": \n', (1, 0, 1), "line 2: row"
    ),
    Broken("a line that is no object", "products.jsonl", b"[1]\n7\nnull\n", (0, 0, 3), "no object with named fields"),
    Broken("a key twice", "products.jsonl", b'{"id": "p1", "name": "a", "name": "b"}\n', (0, 1, 0), "stands twice"),
    Broken("one row again", "products.csv", b"id,name\np1,Tent\np1,Tent\n", (1, 0, 1), "an earlier row says the same"),
    Broken("an id twice", "products.csv", b"id,name\np1,Tent\np1,Bag\n", (1, 0, 1), "an earlier row has this id"),
    Broken("no id", "products.csv", b"id,name\n,Tent\nnan,Bag\n", (0, 0, 2), "line 3: id 'nan': missing"),
    Broken(
        "thousands as text", "products.csv", b'id,name,price,stock\np1,Tent,"1,299.00","1,200"\n', (1, 0, 0), "1 taken"
    ),
    Broken("1e12 prices", "products.jsonl", _priced(1e12), (30, 1, 0), "more than anything costs: left out"),
    Broken("a price out of proportion", "products.jsonl", _priced("8000000"), (30, 1, 0), "the usual is about 65"),
    Broken("a negative price", "products.jsonl", _priced("-5.00"), (30, 1, 0), "a negative amount: left out"),
    Broken(
        "10,000 pieces",
        "orders.jsonl",
        _bought(10_000),
        (30, 1, 0),
        "out of all proportion, the usual is about 1: kept",
    ),
    Broken("negative quantity", "orders.jsonl", _bought(-2), (30, 1, 0), "taken as an order that was returned"),
    Broken("no quantity", "orders.jsonl", _bought(0), (30, 0, 1), "not a whole number"),
    Broken(
        "a future order",
        "orders.jsonl",
        _lines({**ORDER, "placed": "2199-01-01T00:00:00Z"}),
        (0, 1, 0),
        "in the future: left out",
    ),
    Broken(
        "day or month first",
        "orders.csv",
        b"id,customer_id,placed\no1,c1,03/04/2026\no2,c1,25/04/2026\n",
        (0, 2, 0),
        "the day stands first, as in 25/04/2026",
    ),
    Broken(
        "nobody knows which",
        "orders.csv",
        b"id,customer_id,placed\no1,c1,03/04/2026\n",
        (0, 1, 0),
        "day or month first? no date",
    ),
    Broken(
        "another currency",
        "orders.jsonl",
        _lines({**ORDER, "total": "9.00", "currency": "eur"}),
        (0, 1, 0),
        "the shop's is USD",
    ),
    Broken("nobody's order", "orders.jsonl", _lines({**ORDER, "customer_id": "c9"}), (0, 0, 1), "no such customer"),
    Broken(
        "a future event",
        "events.csv",
        b"customer_id,kind,at\nc1,view,2199-01-01T00:00:00Z\n",
        (0, 0, 1),
        "in the future",
    ),
    Broken(
        "an event again",
        "events.csv",
        _text(f"customer_id,kind,at\n{f'c1,view,{NOON}' + chr(10)}c1,view,{NOON}\n"),
        (1, 0, 1),
        "says the same",
    ),
    Broken(
        "a consent to come",
        "customers.jsonl",
        _lines(
            {
                "id": "c2",
                "consents": [{"channel": "email", "granted": True, "at": "2199-01-01T00:00:00Z", "source": "x"}],
            }
        ),
        (0, 0, 1),
        "consents.0.at",
    ),
    Broken("stars beyond five", "reviews.csv", b"id,text,rating\nr1,Fine,9\n", (0, 1, 0), "outside 1 to 5"),
    Broken(
        "an address that is none", "customers.csv", b"id,email\nc2,ann at home\n", (0, 1, 0), "not an e-mail address"
    ),
    Broken(
        "a post of nowhere", "posts.csv", b"id,source,text\nx1,weibo,Nice\nx2,,Nice\n", (1, 0, 1), "source '': missing"
    ),
    Broken(
        "a turn of nobody",
        "turns.csv",
        _text(f"conversation_id,at,role,text\nt1,{NOON},ghost,Boo\n"),
        (0, 0, 1),
        "role 'ghost'",
    ),
    Broken("packed", "products.csv.gz", gzip.compress(CHINESE.encode("gb18030")), (2, 0, 0), "recognised as gb18030"),
]


@pytest.fixture
def opened(home: Settings) -> Iterator[Store]:
    store = open_store(home)
    store.shop.set_brand(Brand("Fellway"))
    store.customers.put([Customer("c1")])
    yield store
    store.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_it_is_told_and_survived(opened: Store, tmp_path: Path, case: Broken) -> None:
    (tmp_path / case.file).write_bytes(case.content)
    mapping = None
    if case.file.endswith(".gz"):
        mapping = tmp_path / "map.yaml"
        mapping.write_text(f"products: [{{file: {case.file}}}]")
    report = load_shop(opened, tmp_path, mapping)
    untouched, mended, refused = case.counts
    assert sum(report.mended.values()) == mended
    assert sum(report.refused.values()) == refused
    assert sum(report.taken.values()) == untouched + mended
    assert sum(report.read.values()) == untouched + mended + refused
    assert case.told in str(report)
    assert sum(one.rows for one in report.reasons if one.refused) == refused
    counted = opened.shop.counts()
    stored = sum(counted[kind] for kind in ("products", "orders", "events", "reviews"))
    if not case.file.startswith(("customers", "turns")):
        assert stored == untouched + mended


def test_the_rest_of_a_broken_file_and_of_its_folder_is_loaded(opened: Store, tmp_path: Path) -> None:
    rows = [f"p{at},Tent {at}" for at in range(3000)]
    rows[10] = 'p10,"Tent 10'
    rows[20] = "p20"
    (tmp_path / "products.csv").write_text("id,name\n" + "\n".join(rows) + "\n")
    (tmp_path / "reviews.csv").write_text("id,text,product_id\nr1,Fine,p1\n")
    report = load_shop(opened, tmp_path)
    assert report.taken == {"products": 2998, "reviews": 1}
    assert [note.line for note in report.refused_notes] == [12, 22]
    [(_, kept)] = opened.loads.all()
    assert kept["read"] == {"products": 3000, "reviews": 1}
    assert "Tent" not in str(kept)
