"""The page reader as it ships: how pages are laid out, that its graph is its network, and what it finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from tokenizers import Tokenizer

from engine.page_reader import LEARNED, CompiledReader, reader_graph, rectangle
from engine.protocol import ReadablePage
from engine.reader_layout import ASKED, FIRST, NOBODY, ROOM, lay_out
from engine.reader_network import add_learned, bare_network
from tests.conftest import WEIGHTS

RETURNS = ReadablePage(
    "Returns",
    (
        ("", "You may send back an unused kite within 12 days of delivery."),
        ("", "We open at nine on weekdays."),
        ("Postage", "The label for a parcel that comes back costs $3.20."),
        ("Postage", "Kites with a span above 2 m are collected by a carrier."),
    ),
)
RECORD = ReadablePage("Osprey 2", (("", "Weight: 310 g"), ("", "Colours: red, teal"), ("", "Price: $79")))


@pytest.fixture(scope="module")
def base() -> Path:
    return WEIGHTS / "e5-small"


@pytest.fixture(scope="module")
def reader(base: Path) -> CompiledReader:
    return CompiledReader(reader_graph(base), base / "tokenizer.json")


def said(tokenizer: Tokenizer, ids: list[int]) -> str:
    return "".join(tokenizer.id_to_token(one) for one in ids).replace("▁", " ").strip()


def test_a_row_says_whose_each_token_is(base: Path) -> None:
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    (row,) = lay_out(tokenizer, "what is the postage?", RETURNS)
    assert row.sentences == [0, 1, 2, 3]
    assert set(row.owners) == {NOBODY, ASKED, FIRST, FIRST + 1, FIRST + 2, FIRST + 3}
    owned = {owner: [i for i, of in zip(row.ids, row.owners, strict=True) if of == owner] for owner in set(row.owners)}
    assert said(tokenizer, owned[ASKED]) == "query: what is the postage?"
    assert said(tokenizer, owned[FIRST + 2]) == RETURNS.sentences[2][1]
    assert said(tokenizer, row.ids).count("Postage:") == 1


def test_a_long_page_is_read_in_several_rows_each_sentence_once(base: Path) -> None:
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    long = ReadablePage(
        "Rules", tuple(("Of kites", f"Rule {number} says a kite is flown in wind.") for number in range(90))
    )
    rows = list(lay_out(tokenizer, "which rule?", long))
    assert len(rows) > 1
    assert [number for row in rows for number in row.sentences] == list(range(90))
    assert max(len(row.ids) for row in rows) <= ROOM
    assert all("Of kites:" in said(tokenizer, row.ids) for row in rows)
    assert list(lay_out(tokenizer, "which rule?", ReadablePage("Empty", ()))) == []


def test_the_graph_says_what_the_network_says(base: Path, reader: CompiledReader) -> None:
    network = bare_network(base)
    with safe_open(LEARNED, "pt") as file:
        learned = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        add_learned(network, learned, float(file.metadata()["scale"]))
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    question = "do I pay for sending the kite back?"
    rows = [row for page in (RETURNS, RECORD) for row in lay_out(tokenizer, question, page)]
    with torch.no_grad():
        wanted = network.eval()(*(torch.from_numpy(array) for array in rectangle(rows))).numpy()
    for got, row in zip(reader.read(question, [RETURNS, RECORD]), wanted, strict=True):
        assert np.abs(got - row[: len(got)]).max() < 0.35  # bfloat16 where the CPU has it


@pytest.mark.parametrize(
    ("question", "page", "sentence"),
    [
        ("what does the label for sending it back cost", 0, 2),
        ("it came a week ago, never flown, can it still go back?", 0, 0),
        ("how heavy is the osprey", 1, 0),
        ("which shades does it come in", 1, 1),
    ],
)
def test_it_finds_the_sentence_that_answers(reader: CompiledReader, question: str, page: int, sentence: int) -> None:
    logits = reader.read(question, [RETURNS, RECORD])
    best = max(
        ((at, number) for at, one in enumerate(logits) for number in range(len(one))), key=lambda p: logits[p[0]][p[1]]
    )
    assert best == (page, sentence)


def test_what_no_page_says_is_answered_by_nothing(reader: CompiledReader) -> None:
    answered = np.concatenate(reader.read("what does the label for sending it back cost", [RETURNS, RECORD])).max()
    unanswered = np.concatenate(reader.read("is the osprey's line included in the box?", [RETURNS, RECORD])).max()
    assert unanswered < 0 < answered


def test_no_pages_are_no_logits(reader: CompiledReader) -> None:
    assert reader.read("anything?", []) == []
