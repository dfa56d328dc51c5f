"""Heads and readers over an embedder whose vectors can be foreseen, and the shipped heads over the real one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import CorruptWeights, UserError
from core.settings import Settings
from insight.reading.heads import BUNDLED, Head, load_head, save_head
from insight.reading.intents import INTENTS, SENTIMENTS
from insight.reading.labelled import LabelledText, read_rows
from insight.reading.readers import Readers
from insight.reading.training import main, train_head

WORDS = {"positive": "good great fine lovely", "negative": "bad awful broken late", "neutral": "blue tuesday box cable"}
CSV = Path(__file__).parents[3] / "insight" / "reading" / "data"


def rows_of(words: dict[str, str]) -> list[LabelledText]:
    """Every ordered pair of a label's words: learnable by anything that sees words."""
    return [
        LabelledText(f"{first} {second}", label, "en")
        for label, said in words.items()
        for first in said.split()
        for second in said.split()
    ]


@pytest.fixture
def trained(words: Any, tmp_path: Path) -> Path:
    train_head(words, rows_of(WORDS), "sentiment", tmp_path)
    return tmp_path


def test_a_head_survives_its_file(tmp_path: Path) -> None:
    head = Head("h", ("a", "b"), np.eye(2, 3, dtype=np.float32), np.zeros(2, np.float32), 0.7, "words")
    save_head(head, tmp_path / "h.safetensors")
    again = load_head(tmp_path / "h.safetensors")
    vectors = np.array([[1.0, 0, 0], [0, 5, 0]], np.float32)
    assert np.array_equal(again.probabilities(vectors, "xy"), head.probabilities(vectors, "xy"))
    assert np.allclose(again.probabilities(vectors, "xy").sum(axis=1), 1)
    assert (again.classes, again.temperature, again.embedder) == (head.classes, head.temperature, head.embedder)


def test_weights_that_lie_column_by_column_are_not_scrambled(tmp_path: Path) -> None:
    """scikit-learn's do, and safetensors would write them as they lie without a word."""
    weights = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))
    save_head(Head("h", ("a", "b"), weights, np.zeros(2, np.float32), 1.0, "words"), tmp_path / "h.safetensors")
    assert np.array_equal(load_head(tmp_path / "h.safetensors").weights, weights)


def test_a_higher_temperature_is_less_sure_and_no_less_right() -> None:
    cold = Head("h", ("a", "b"), np.eye(2, dtype=np.float32), np.zeros(2, np.float32), 0.5, "words")
    vectors = np.array([[1.0, 0]], np.float32)
    warm = replace(cold, temperature=2.0).probabilities(vectors, ["x"])
    assert warm.argmax() == cold.probabilities(vectors, ["x"]).argmax()
    assert warm.max() < cold.probabilities(vectors, ["x"]).max()


def test_a_damaged_head_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sentiment.safetensors"
    path.write_bytes(b"not a head")
    with pytest.raises(CorruptWeights, match=r"sentiment\.safetensors"):
        load_head(path)
    with pytest.raises(UserError, match="hawker insight train intent"):
        load_head(tmp_path / "intent.safetensors")


def test_training_learns_and_writes_its_card(words: Any, trained: Path) -> None:
    labels = Readers(words, trained).sentiments(["lovely great", "late broken", "cable tuesday"])
    assert [label.name for label in labels] == ["positive", "negative", "neutral"]
    card = (trained / "sentiment.md").read_text(encoding="utf-8")
    assert "written for Hawker" in card
    assert "| own rows | 48 |" in card


def test_one_message_is_embedded_once_for_both_readings(words: Any, trained: Path) -> None:
    train_head(words, rows_of({**WORDS, "out_of_scope": "poem weather vote"}), "intent", trained)
    readers = Readers(words, trained)
    words.batches.clear()
    readers.sentiment("good  box")
    readers.intent("good box\n")
    readers.sentiments(["good box", "bad", "bad"])
    assert words.batches == [["good box"], ["bad"]]


def test_blank_texts_say_nothing(words: Any, trained: Path) -> None:
    label = Readers(words, trained).sentiment("  \n")
    assert (label.name, label.confidence) == ("neutral", 0.0)


def test_a_head_refuses_vectors_of_another_embedder(words: Any) -> None:
    with pytest.raises(UserError, match=r"setting embedder: got 'words', expected e5-small"):
        Readers(words).sentiment("hello")


def test_too_little_to_learn_from_is_refused(words: Any, tmp_path: Path) -> None:
    rows = rows_of(WORDS)
    with pytest.raises(UserError, match="label rare: got '1', expected 5 rows"):
        train_head(words, [*rows, LabelledText("x", "rare", "en")], "h", tmp_path)
    with pytest.raises(UserError, match="two labels"):
        train_head(words, [row for row in rows if row.label == "neutral"], "h", tmp_path)


def test_a_malformed_csv_is_one_line_naming_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label,language\nfine,positive,en\nfine,,en\n", encoding="utf-8")
    assert main(["sentiment", str(path), "--out", str(tmp_path)]) == 2
    assert "rows.csv line 3" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "labels"), [("sentiment", set(SENTIMENTS)), ("intent", set(INTENTS))])
def test_our_own_rows_are_sound(name: str, labels: set[str]) -> None:
    rows = read_rows([CSV / f"{name}.csv"])
    texts = [row.text for row in rows]
    assert len(texts) == len(set(texts))
    assert {row.label for row in rows} == labels == set(load_head(BUNDLED / f"{name}.safetensors").classes)
    assert {row.language for row in rows} == {"en", "zh"}


@pytest.mark.model
def test_the_shipped_heads_read_unseen_messages(home: Settings) -> None:
    from engine.opening import open_embedder

    readers = Readers(open_embedder(home))
    wanted = {
        "Could you tell me when my package will be here?": "order_status",
        "请帮我把昨天下的单取消掉": "cancel_order",
        "how do i send these shoes back": "return_refund",
        "我想找人工客服": "human_agent",
        "Do you accept Visa?": "payment",
        "thanks so much!": "small_talk",
        "Write a haiku about the sea": "out_of_scope",
        "这款睡袋适合冬天吗": "product_question",
    }
    # The card says four in five, so six of eight must be right; a head whose file is damaged gets one or two.
    missed = {text: read for text in wanted if (read := readers.intent(text).name) != wanted[text]}
    assert len(missed) <= 2, missed
    felt = [
        "I love this backpack, best purchase ever",
        "质量太差了，第一天就坏了",
        "太喜欢了，质量很好",
        "It broke, awful",
    ]
    assert [label.name for label in readers.sentiments(felt)] == ["positive", "negative", "positive", "negative"]
