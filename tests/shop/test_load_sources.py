"""Every reader says where each record stands, and refuses in one line what it cannot read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from shop.records import walk
from shop.sources import format_of, read_records


def _read(path: Path, content: str, records: str = "") -> list[tuple[int | str, object]]:
    path.write_text(content, encoding="utf-8")
    return [(record.line, record.content) for record in read_records(path, path.name, records=records)]


def test_csv_knows_the_line_on_which_each_row_begins(tmp_path: Path) -> None:
    content = '\ufeffid,name\nP1,"Tent,\nfor two"\n\nP2,Bag\n'
    assert _read(tmp_path / "a.csv", content) == [
        (2, {"id": "P1", "name": "Tent,\nfor two"}),
        (5, {"id": "P2", "name": "Bag"}),
    ]


def test_compressed_csv_is_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress("id\n一\n".encode()))
    assert [record.content for record in read_records(path, "a.csv.gz")] == [{"id": "一"}]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", ",\n1,2\n", "a.csv line 1: .* names the columns"),
        ("a.csv", '"id,name\nP1,Tent\n', "a.csv line 1: .* well-formed CSV"),
        ("a.json", '{"a":\n\n ]}', "a.json line 3"),
        ("a.json", "{}", "records in a.json: got 'a.\\*'"),
        ("a.md", "---\nid: x\nno end", "a.md line 1: .* front matter"),
        ("a.md", "---\n: : [\n---\ntext", "a.md front matter"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, name: str, content: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        _read(tmp_path / name, content, "a.*" if name.endswith(".json") else "")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.parquet"])
def test_other_bytes_than_promised_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"id\n\xff\xfe\n")
    with pytest.raises(UserError, match=name):
        list(read_records(tmp_path / name, name))


def test_nested_json_says_the_way_to_each_record(tmp_path: Path) -> None:
    content = json.dumps({"users": {"ann": {"age": 1.10}, "bob": {}}})
    assert [line for line, _ in _read(tmp_path / "a.json", content, "users.*")] == ["users.ann", "users.bob"]


def test_a_text_is_one_record_with_its_front_matter(tmp_path: Path) -> None:
    [(line, content)] = _read(tmp_path / "returns.md", "---\nid: returns.en\n---\n# Returns\n\n30 days.\n")
    assert line == 1
    assert content == {"id": "returns.en", "text": "# Returns\n\n30 days.\n", "source": "returns.md"}


def test_parquet_rows_are_numbered(tmp_path: Path) -> None:
    polars.DataFrame({"customer_id": ["c1", "c2"]}).write_parquet(tmp_path / "e.parquet")
    assert [record.line for record in read_records(tmp_path / "e.parquet", "e.parquet")] == [1, 2]


def test_an_unknown_ending_is_refused() -> None:
    assert format_of(Path("a.CSV")) == "csv"
    with pytest.raises(UserError, match=r"a name ending in \.csv"):
        format_of(Path("a.xls"))


@given(st.dictionaries(st.text(st.characters(exclude_characters=".*"), min_size=1), st.integers(), min_size=1))
def test_a_star_walks_everything_in_order(content: dict[str, int]) -> None:
    assert list(walk({"a": content}, "a.*")) == [(f"a.{key}", value) for key, value in content.items()]
    key = next(iter(content))
    if not key.isdigit():
        assert list(walk([content], f"0.{key}")) == [(f"0.{key}", content[key])]
