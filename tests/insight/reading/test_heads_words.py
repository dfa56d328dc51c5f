"""The part of a head that reads words: what a text is made of, and when it has a say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import CorruptWeights
from insight.reading.heads import Head, Words, load_head, save_head
from insight.reading.labelled import LabelledText
from insight.reading.lexicon import LEAST_BUCKETS, Lexicon, buckets_for, learn_lexicon, terms
from insight.reading.training import train_head

NOISE = ["tent", "boots", "lamp", "stove", "rope", "mug", "map", "sock", "hat", "glove", "knife", "bag"]


class BlindEmbedder:
    """Every text has the same vector, so that nothing can be learnt from it."""

    name = "blind"
    dimension = 4

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        return np.ones((len(texts), self.dimension), np.float32)


def test_words_pairs_and_pieces_are_terms_in_both_scripts() -> None:
    english = set(terms("Cancel my ORDER!"))
    assert {"cancel", "my order", "order !", "#<can", "#der>"} <= english
    assert "cancel my order" not in english
    assert {"不 好", "不 好 吃"} <= set(terms("不好吃。"))
    assert list(terms("ＶＩＳＡ")) == list(terms("visa"))


def test_a_row_has_length_one_and_none_where_nothing_is_said() -> None:
    lexicon = learn_lexicon(["good tent", "bad tent", "good boots"], 1024)
    buckets, values = lexicon.row("good good tent")
    assert np.isclose(np.linalg.norm(values), 1)
    assert list(buckets) == sorted(set(buckets))
    assert lexicon.row("  ")[1].size == 0
    assert np.allclose(lexicon.matrix(["", "good good tent"]).toarray()[1][buckets], values)


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    lexicon = learn_lexicon(["the tent", "the boots", "the zebra"], 1 << 14)
    common, rare = (lexicon.rarity[lexicon.row(word)[0]].mean() for word in ("the", "zebra"))
    assert rare > common


@pytest.mark.parametrize(("classes", "texts"), [(2, 10), (13, 2000), (150, 15000), (100_000, 10**6)])
def test_a_head_stays_a_small_file(classes: int, texts: int) -> None:
    buckets = buckets_for(classes, texts)
    assert buckets & (buckets - 1) == 0
    assert buckets == LEAST_BUCKETS or (buckets * classes <= 1 << 21 and buckets <= 8 * texts)


def test_words_decide_where_the_embedding_is_blind_and_survive_the_file(tmp_path: Path) -> None:
    rows = [
        LabelledText(f"{word} {n}", label, "en") for n in range(12) for word, label in [("good", "p"), ("bad", "n")]
    ]
    card = train_head(BlindEmbedder(), rows, "h", tmp_path)
    assert card.words_share > 0.5
    assert card.scores[0].accuracy == 1.0
    head = load_head(tmp_path / "h.safetensors")
    texts = ["good thing", "bad thing"]
    read = head.probabilities(BlindEmbedder().embed(texts, "query"), texts).argmax(axis=1)
    assert [head.classes[one] for one in read] == ["p", "n"]


def test_words_that_say_nothing_are_left_out(tmp_path: Path) -> None:
    drawn = random.Random(3)
    rows = [LabelledText(" ".join(drawn.sample(NOISE, 4)), "ab"[n % 2], "en") for n in range(40)]
    card = train_head(BlindEmbedder(), rows, "h", tmp_path)
    assert card.words_share == 0.0
    assert load_head(tmp_path / "h.safetensors").words is None
    assert "words tried and left out" in (tmp_path / "h.md").read_text(encoding="utf-8")


def test_a_head_without_words_of_an_older_hawker_is_read(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    about = {"format": "hawker-head-1", "name": "h", "classes": '["a", "b"]', "temperature": "1.0", "embedder": "e"}
    tensors = {"weights": np.eye(2, dtype=np.float32), "bias": np.zeros(2, np.float32)}
    save_file(tensors, tmp_path / "h.safetensors", metadata=about)
    assert load_head(tmp_path / "h.safetensors").words is None


def test_a_head_whose_parts_do_not_fit_is_refused(tmp_path: Path) -> None:
    words = Words(Lexicon(np.ones(8, np.float32)), np.zeros((2, 16), np.float32))
    head = Head("h", ("a", "b"), np.eye(2, dtype=np.float32), np.zeros(2, np.float32), 1.0, "e", words)
    save_head(head, tmp_path / "h.safetensors")
    with pytest.raises(CorruptWeights, match="train it again"):
        load_head(tmp_path / "h.safetensors")
