"""Files as users have them become examples; what cannot is told with file, line, field and how to mend it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.channels import channel
from core.generation import Message
from finetune.data.findings import Problem
from finetune.data.known_shop import KnownShop
from finetune.data.raw_rows import RawRow, raw_rows
from finetune.data.reading import ReadSource, read_source
from finetune.examples import Example
from finetune.recipe import Recipe
from prompts.library import load_prompt

NOBODY = KnownShop()
ASKED, ANSWERED = {"role": "user", "content": "Where is it?"}, {"role": "assistant", "content": "On the way."}
TABLE = """product,description,Material,price,channel,part,tone,text
Fern Mug,The handle fits three fingers. Glazed in pale green.,stoneware,$12,google-rsa,headline,calm,Room for fingers
Fern Mug,,,,meta-feed,primary_text,,"Pale green glaze, like the fern outside."
Fern Mug,,,,,,,Yours for $12.00
"""


def jsonl(path: Path, rows: Sequence[Any]) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), "utf-8")
    return path


def table(tmp_path: Path, text: str, name: str = "copy.csv") -> ReadSource:
    (tmp_path / name).write_text(text, "utf-8")
    return read_source(tmp_path / name, NOBODY)


def only(read: ReadSource) -> Example:
    assert read.problems == ()
    (row,) = read.rows
    return row.example


def test_the_last_answer_of_a_chat_is_learned_and_earlier_turns_are_its_history(tmp_path: Path) -> None:
    later = [{"role": "user", "content": "When?"}, {"role": "assistant", "content": "On Tuesday."}]
    system = {"role": "system", "content": "You help."}
    read = read_source(jsonl(tmp_path / "chat.jsonl", [{"messages": [system, ASKED, ANSWERED, *later]}]), NOBODY)
    example = only(read)
    assert [message.role for message in example.messages] == ["system", "user", "assistant", "user"]
    assert example.messages[2] == Message("assistant", "On the way.")
    assert (example.answer, example.task, example.language) == ("On Tuesday.", "support", "en")


def test_a_pair_may_be_called_prompt_or_instruction_and_say_its_task_and_product(tmp_path: Path) -> None:
    rows = [
        {"prompt": "Name it", "completion": "A mug", "product": "MUG-1"},
        {"instruction": "Translate", "input": "mug", "output": "杯子", "task": "support"},
    ]
    read = read_source(jsonl(tmp_path / "pairs.jsonl", rows), NOBODY)
    first, second = (row.example for row in read.rows)
    assert (first.task, first.language, first.group) == ("copy", "en", "pairs.jsonl/MUG-1")
    assert (second.task, second.language, second.messages[0].content) == ("support", "zh", "Translate\nmug")


def test_every_wrong_row_is_told_with_its_line_and_the_good_ones_are_read(tmp_path: Path) -> None:
    rows = [
        {"messages": [ASKED, ANSWERED]},
        "not json",
        {"messages": [ASKED, ASKED]},
        {"messages": [{"role": "tool", "content": "x"}, ANSWERED]},
        {"messages": [ASKED, {"role": "assistant", "content": [{"type": "image_url"}]}]},
        {"messages": [ASKED]},
        {"messages": [ASKED, {"role": "assistant", "content": "Hello<|im_end|>"}]},
        {"messages": [ASKED, ANSWERED], "language": "fr"},
        r'{"messages": [{"role": "user", "content": "half \ud83d"}, {"role": "assistant", "content": "Yes"}]}',
        f'{{"messages": {"9" * 5000}}}',
        "[1]",
    ]
    read = read_source(jsonl(tmp_path / "chat.jsonl", rows), NOBODY)
    assert len(read.rows) == 1
    told = [(problem.place.line, problem.field) for problem in read.problems]
    assert told == [
        (2, ""),
        (3, "messages[1].role"),
        (4, "messages[0].role"),
        (5, "messages[1].content"),
        (6, "messages"),
        (7, "text"),
        (8, "language"),
        (9, "text"),
        (10, ""),
        (11, ""),
    ]
    assert all("\n" not in str(problem) and problem.fix for problem in read.problems)


def test_a_table_asks_as_serving_asks_a_tuned_model(tmp_path: Path) -> None:
    read = table(tmp_path, TABLE)
    assert read.problems == ()
    headline, sentence, priced = (row.example for row in read.rows)
    serving = load_prompt("copy/headline", "en", bare=True)
    assert headline.prompt == serving.ref
    room = channel("google-rsa").part("headline").room("en")
    told = serving.render(fact="The handle fits three fingers", tone="calm", longest=room)
    assert headline.messages == told.messages
    assert "Fact: Glazed in pale green" in sentence.messages[-1].content, "the fact that the text speaks of"
    assert priced.answer == "Yours for {price}"
    assert priced.prompt.startswith("copy/price@")
    assert {one.group for one in (headline, sentence, priced)} == {"copy/fern-mug"}, (
        "one product, one side of the split"
    )


def test_forty_rows_of_a_brand_of_ones_own_are_a_dataset(tmp_path: Path) -> None:
    rows = "".join(
        f"Cup {at},Painted with number {at} by hand.,Cup number {at} is painted by hand.\n" for at in range(40)
    )
    read = table(tmp_path, "product,description,text\n" + rows)
    assert (len(read.rows), read.problems) == (40, ())
    recipe = Recipe(base="smollm2-135m", name="own", data=("copy.csv",))
    assert all(row.example.task in recipe.tasks and row.example.language in recipe.languages for row in read.rows)


def test_a_chinese_table_with_chinese_columns_is_read_and_a_body_is_learned_by_the_sentence(tmp_path: Path) -> None:
    text = "商品,描述,材质,kind,文案\n青苔杯,杯身厚实，握着不烫手。,粗陶,body,杯身厚实，握着不烫手。早上泡茶正好。\n"
    read = table(tmp_path, text)
    assert [row.example.answer for row in read.rows] == ["杯身厚实，握着不烫手。", "早上泡茶正好。"]
    assert {row.example.language for row in read.rows} == {"zh"}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("Mug,Fits three fingers.,,fax,,Hold it", "channel"),
        ("Mug,Fits three fingers.,,sms,footer,Hold it", "part"),
        ("Mug,Fits three fingers.,cheap,,,Hold it", "price"),
        ("Mug,Fits three fingers.,,,,", "text"),
        (",Fits three fingers.,,,,Hold it", "product"),
        ("Mug,,,,,Hold it", "description"),
        ("Mug,Fits three fingers.,,,,Hold it<|im_end|>", "text"),
        ("Mug,Fits three fingers.", ""),
    ],
)
def test_a_wrong_cell_is_told_by_its_column(tmp_path: Path, row: str, field: str) -> None:
    good = "Bowl,Holds soup for two.,,,,Soup for two\n"
    read = table(tmp_path, f"product,description,price,channel,part,text\n{good}{row}\n{good}")
    (problem,) = read.problems
    assert (problem.place.line, problem.field) == (3, field)
    assert len(read.rows) == 2


def test_what_serving_would_refuse_is_advice_and_is_learned_all_the_same(tmp_path: Path) -> None:
    read = table(tmp_path, "product,description,text\nMug,Fits three fingers.,The 7 best mugs of the world are ours.\n")
    assert len(read.rows) == 1
    assert any("no fact says 7" in str(one) for one in read.advice)


def test_the_brands_voice_beside_the_file_is_told_to_the_model(tmp_path: Path) -> None:
    (tmp_path / "BRAND.yaml").write_text("name: Fern\nvoice: {en: Dry and short.}\n", "utf-8")
    read = table(tmp_path, TABLE)
    assert all("Dry and short." in row.example.messages[0].content for row in read.rows)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", b"\xff\xfe", "UTF-8"),
        ("b.json", b'{"messages": []}', "list of objects"),
        ("c.csv", b"text,text\na,b\n", "twice"),
        ("d.csv", b'product,text\n"open,b\n', "CSV"),
        ("e.jsonl", b"", "no rows"),
        ("f.jsonl", b'{"a": 1}', "no known format"),
        ("g.jsonl.gz", b"not gzip", "cannot be read"),
        ("h.csv.gz", gzip.compress(b"text")[:12] + b"\xff" * 9, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    read = read_source(tmp_path / name, NOBODY)
    assert read.rows == ()
    assert said in str(read.problems[0])


def test_a_packed_file_is_read_as_the_plain_one(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl.gz").write_bytes(gzip.compress(b'{"prompt": "Name it", "completion": "A mug"}\n'))
    assert only(read_source(tmp_path / "pairs.jsonl.gz", NOBODY)).answer == "A mug"


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.sampled_from([".csv", ".json", ".jsonl", ".tsv", ".csv.gz"]))
def test_no_file_whatever_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes, end: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{end}"
    path.write_bytes(content)
    assert all(isinstance(one, RawRow | Problem) for one in raw_rows(path))
    read = read_source(path, NOBODY)
    assert read.rows or read.problems
