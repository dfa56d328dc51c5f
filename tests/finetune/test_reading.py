"""The shops that the page reader learns from, how it meets them, and what its loss asks for."""

from __future__ import annotations

import dataclasses
import json
import math
import random
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from core.errors import UserError
from engine.page_reader import CompiledReader, reader_graph
from engine.protocol import ReadablePage
from engine.reader_layout import FIRST, Row
from evals.held_out.questions import held_out_questions
from evals.held_out.shops import shop_folder, shop_names
from evals.likeness import TOO_ALIKE, grams, likeness
from finetune.reading.groups import Asking, batched, group
from finetune.reading.pages import SHOPS, PageQuestion, ReadingPage, Section, main, problems, reading_shops
from finetune.reading.training import choice_loss, save_learned, stages, train_reader
from tests.conftest import WEIGHTS

RETURNS = ReadingPage(
    "toy/returns",
    "en",
    "Returns",
    (
        Section("", ("You may return a kite for 12 days.", "A torn kite stays yours.", "We open at nine.")),
        Section("Postage", ("A label costs $3.", "Kites above 2 m go by freight.", "Freight is $19.")),
    ),
    (
        PageQuestion("what is the postage back?", ("A label costs", "Freight is $19.")),
        PageQuestion("where are you?", ()),
        PageQuestion("my kite ripped, refund?", ("A torn kite",)),
    ),
)
CARE = dataclasses.replace(RETURNS, id="toy/care", title="Care", questions=())


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(WEIGHTS / "e5-small" / "tokenizer.json"))


def test_the_shipped_shops_are_sound() -> None:
    shops = reading_shops()
    assert {name: list(problems(pages)) for name, pages in shops.items() if list(problems(pages))} == {}
    asked = [(page.language, question) for pages in shops.values() for page in pages for question in page.questions]
    assert len(shops) >= 40
    assert len(asked) >= 5000
    assert sum(language == "zh" for language, _ in asked) >= 1200


def test_no_question_is_one_that_the_held_out_shops_are_asked() -> None:
    held_out = [grams(one.question) for shop in shop_names() for one in held_out_questions(shop_folder(shop))]
    asked = [one.ask for pages in reading_shops().values() for page in pages for one in page.questions]
    pairs = ((ask, mine, theirs) for ask, mine in zip(asked, map(grams, asked), strict=True) for theirs in held_out)
    assert [ask for ask, mine, theirs in pairs if likeness(mine, theirs) >= TOO_ALIKE] == []


def test_what_is_wrong_with_a_shop_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = {"ask": "how long?", "answers": ["You may return a boat"]}
    page = {"id": "toy/returns", "language": "en", "title": "Returns", "sections": [], "questions": [question]}
    page["sections"] = [{"heading": "", "sentences": ["You may return a kite for 12 days."]}]
    path = tmp_path / "toy.jsonl"
    path.write_text(json.dumps(page), "utf-8")
    assert main([str(path)]) == 3
    told = capsys.readouterr().out
    assert "how one sentence begins, not 0" in told
    assert "share of questions without an answer: 0.00" in told
    path.write_text(json.dumps({**page, "colour": "red"}), "utf-8")
    with pytest.raises(UserError, match=r"toy\.jsonl line 1: colour"):
        reading_shops(tmp_path)


def test_a_page_met_in_part_keeps_its_answers(tokenizer: Tokenizer) -> None:
    chance = random.Random(5)
    texts = [text for _, text in RETURNS.sentences]
    sizes = set()
    for question in RETURNS.questions:
        wanted = {texts[number] for number in RETURNS.answering(question)}
        for _ in range(30):
            met = group(Asking(question, RETURNS, ()), tokenizer, chance)
            (row,), (right,) = met.rows, met.right
            sizes.add(len(right))
            said = [_said(tokenizer, row, FIRST + at) for at in range(len(right))]
            assert {text for text, answers in zip(said, right, strict=True) if answers} == wanted
    assert len(sizes) > 1


def _said(tokenizer: Tokenizer, row: Row, owner: int) -> str:
    tokens = [tokenizer.id_to_token(one) for one, of in zip(row.ids, row.owners, strict=True) if of == owner]
    return "".join(tokens).replace("▁", " ").strip()


def test_other_pages_stand_beside_and_are_never_right(tokenizer: Tokenizer) -> None:
    met = group(Asking(RETURNS.questions[0], RETURNS, (CARE,)), tokenizer, random.Random(1))
    assert len(met.rows) == 2
    assert any(met.right[0])
    assert not any(met.right[1])
    batch = batched([met, met])
    assert batch["of"].tolist() == [0, 0, 1, 1]
    assert batch["right"].shape == (4, len(batch["places"]) - 1)
    assert (batch["right"] == 1).sum() == 4
    assert batch["input_ids"].shape == batch["owners"].shape == batch["attention_mask"].shape


def test_the_loss_is_that_of_one_choice_among_all_sentences_and_none() -> None:
    logits = torch.tensor([[2.0, 0.0], [1.0, 9.0], [3.0, 9.0]])
    right = torch.tensor([[1, 0], [0, -1], [0, -1]])
    of = torch.tensor([0, 0, 1])
    first = math.log(1 + math.exp(2) + 1 + math.exp(1)) - 2.0
    second = math.log(1 + math.exp(3))
    assert choice_loss(logits, right, of).item() == pytest.approx((first + second) / 2)


def test_hard_questions_come_first_and_plain_ones_with_some_of_them_after() -> None:
    many = [PageQuestion(f"hard {number}?", ()) for number in range(50)] + [
        PageQuestion(f"plain {n}?", ()) for n in range(4)
    ]
    page = dataclasses.replace(RETURNS, questions=tuple(many))
    first, after = stages([Asking(question, page, ()) for question in many])
    assert {one.question.ask.split()[0] for one in first.asked} == {"hard"}
    assert len(first.asked) == 50
    asked = [one.question.ask.split()[0] for one in after.asked]
    assert asked.count("plain") == 4
    assert 2 <= asked.count("hard") <= 20


@pytest.mark.model
def test_training_makes_what_the_network_adds(tmp_path: Path) -> None:
    base = WEIGHTS / "e5-small"
    asked = [Asking(question, RETURNS, (CARE,)) for question in RETURNS.questions] * 4
    learned = train_reader(asked, base, tmp_path / "work")
    save_learned(learned, tmp_path / "reader.safetensors")
    reader = CompiledReader(
        reader_graph(_copied(base, tmp_path), tmp_path / "reader.safetensors"), base / "tokenizer.json"
    )
    page = ReadablePage(RETURNS.title, RETURNS.sentences)
    (logits,) = reader.read(RETURNS.questions[2].ask, [page])
    assert int(logits.argmax()) == 1  # it has seen this very question


def _copied(base: Path, folder: Path) -> Path:
    """The weights alone, so that the installed model keeps its own graph."""
    copy = folder / "e5"
    copy.mkdir()
    for name in ("config.json", "model.safetensors"):
        (copy / name).symlink_to(base / name)
    return copy


def test_the_folder_of_shops_holds_nothing_else() -> None:
    assert {path.suffix for path in SHOPS.iterdir()} <= {".jsonl", ".md"}
