"""Events cleaned as columns and events cleaned one by one come to the same rows and the same report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars
import pytest

from core.customer import Customer, Event
from core.settings import Settings
from shop.loading import load_shop
from shop.report import LoadReport
from store.opening import Store, open_store

HEADER = "customer_id,kind,at,product_id,value,channel,extra"
ROWS = (
    "c1,view,2026-03-01T12:00:00Z,T,1.5,web,",
    "c1,view,2026-03-01T12:00:00Z,T,1.5,web,",
    "c1,view,2026-03-01 13:00:00,T,,,",
    "c1,cart,2026-03-02T14:00:00+08:00,T,\t2 ,shop,",
    "c1,view,25/03/2026,T,,,",
    "c1,view,03/04/2026,T,,,",
    "c1,view,2026年3月5日,帐篷\u200b,,,",
    "c1,view,yesterday,T,,,",
    "c1,view,2199-01-01T00:00:00Z,T,,,",
    "c1,,2026-03-01T12:00:00Z,T,,,",
    ",view,2026-03-01T12:00:00Z,T,,,",
    "NULL,view,2026-03-01T12:00:00Z,T,,,",
    "nobody,view,2026-03-01T12:00:00Z,T,,,",
    "gone,view,2026-03-01T12:00:00Z,T,,,",
    "c1,view,2026-03-06T12:00:00Z,nan,many,,",
    'c1,view,2026-03-07T12:00:00Z,T,"1,299.5",,'.replace('"1,299.5"', "7"),
    "c1,view,2026-03-08T12:00:00Z,T",
    "c1,view,2026-03-08T12:00:00Z,T,,,,,",
    "c1,view,2026-03-09T12:00:00Z,T,,,something",
    f"c1,view,2026-03-10T12:00:00Z,{'x' * 201},,,",
)


@pytest.fixture
def opened(home: Settings) -> Iterator[Store]:
    store = open_store(home)
    store.customers.put([Customer("c1"), Customer("gone")])
    store.erase("gone")
    yield store
    store.close()


def _load(store: Store, folder: Path, text: str) -> tuple[LoadReport, list[Event]]:
    folder.mkdir()
    (folder / "events.csv").write_text(text, encoding="utf-8")
    report = load_shop(store, folder)
    events = store.events.of("c1")
    store.events.forget("c1")
    return report, events


def test_both_ways_say_the_same(opened: Store, tmp_path: Path) -> None:
    text = "\n".join((HEADER, *ROWS)) + "\n"
    columns, events = _load(opened, tmp_path / "columns", text)
    one_by_one, same_events = _load(opened, tmp_path / "rows", text.replace("kind", '"kind"', 1))
    assert events == same_events
    assert len(events) == 10
    assert (columns.read, columns.taken, columns.mended, columns.refused) == (
        one_by_one.read,
        one_by_one.taken,
        one_by_one.mended,
        one_by_one.refused,
    )
    assert set(columns.reasons) == set(one_by_one.reasons)
    assert set(columns.refused_notes) == set(one_by_one.refused_notes)
    assert {note.line for note in columns.mended_notes} == {note.line for note in one_by_one.mended_notes}
    assert columns.read["events"] == columns.taken["events"] + columns.refused["events"] == len(ROWS)


def test_parquet_is_loaded_with_its_own_types_and_again_changes_nothing(opened: Store, tmp_path: Path) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    table = {
        "who": [1, 1, 2],
        "what": ["v", "v", "v"],
        "when": [noon, noon.replace(month=4), noon],
        "paid": [3, None, 1],
    }
    polars.DataFrame(table).write_parquet(tmp_path / "log.parquet")
    (tmp_path / "map.yaml").write_text(
        "events: [{file: log.parquet, fields: {customer_id: who, at: when, value: paid,"
        " kind: {from: what, values: {v: view}}}}]"
    )
    opened.customers.put([Customer("1")])
    report = load_shop(opened, tmp_path, tmp_path / "map.yaml")
    assert (report.taken, report.refused) == ({"events": 2}, {"events": 1})
    assert not report.mended_notes
    assert opened.events.of("1") == [Event("1", "view", noon, None, 3.0), Event("1", "view", noon.replace(month=4))]
    assert load_shop(opened, tmp_path, tmp_path / "map.yaml") == report
    assert opened.events.count() == 2
    assert [path.name for path in (opened.events._folder / ".staging").iterdir()] == []
