"""Vectors: the same text the same vector, however it is batched and whoever computes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CorruptWeights, ModelMissing, UserError
from core.settings import Settings, load_settings
from engine.check_e5 import TEXTS
from engine.convert_e5 import unpack_q4
from engine.embedding import LocalEmbedder, open_embedder, prefixes_of
from engine.encoder import CompiledEncoder, SentenceEncoder, length_batches, padded
from engine.shelf import is_installed, require_model

QUESTION = "How long does a refund take?"
ANSWER = "We pay the money back within five working days of receiving the parcel."
OTHER = "The tent sleeps two and weighs 2.1 kg."


@pytest.fixture(scope="module")
def e5() -> LocalEmbedder:
    settings = load_settings()
    if not is_installed(settings, "e5-small"):
        pytest.skip("e5-small is not installed: hawker models pull e5-small")
    return LocalEmbedder("e5-small", require_model(settings, "e5-small"))


@pytest.mark.model
def test_vectors_are_unit_rows_in_the_order_of_the_texts(e5: LocalEmbedder) -> None:
    vectors = e5.embed(TEXTS, "passage")
    assert vectors.shape == (len(TEXTS), e5.dimension) == (200, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    backwards = e5.embed(TEXTS[::-1], "passage")[::-1]
    assert float(np.min(np.sum(vectors * backwards, axis=1))) >= 0.999


@pytest.mark.model
def test_a_text_alone_and_in_a_batch_is_the_same_vector(e5: LocalEmbedder) -> None:
    batch = e5.embed([QUESTION, ANSWER * 20, "退款要多久？", ""], "query")
    for row, text in enumerate([QUESTION, ANSWER * 20, "退款要多久？", ""]):
        assert float(batch[row] @ e5.embed([text], "query")[0]) >= 0.999
    assert e5.embed([], "query").shape == (0, 384)


@pytest.mark.model
def test_a_question_is_nearest_to_its_answer_in_either_language(e5: LocalEmbedder) -> None:
    passages = e5.embed([ANSWER, OTHER, "退款在收到包裹后五个工作日内到账。", "帐篷可住两人。"], "passage")
    english, chinese = e5.embed([QUESTION, "退款要多久？"], "query")
    assert int(np.argmax(passages[:2] @ english)) == 0
    assert int(np.argmax(passages[2:] @ chinese)) == 0


@pytest.mark.model
def test_question_and_passage_are_embedded_apart(e5: LocalEmbedder) -> None:
    as_query, as_passage = e5.embed([QUESTION], "query")[0], e5.embed([QUESTION], "passage")[0]
    assert 0.8 < float(as_query @ as_passage) < 0.999


@pytest.mark.model
def test_the_compiled_graph_says_what_sentence_transformers_says(e5: LocalEmbedder) -> None:
    import torch

    folder = require_model(load_settings(), "e5-small")
    reference = SentenceEncoder(folder, "cpu", torch.float32)
    texts = [f"query: {text}" for text in TEXTS[::25]]
    compiled = CompiledEncoder(folder / "openvino" / "encoder.xml", folder / "tokenizer.json", reference.max_tokens)
    assert float(np.min(np.sum(reference.encode(texts) * compiled.encode(texts), axis=1))) >= 0.999


def test_q4_blocks_unpack_as_their_layout_says() -> None:
    blocks = np.zeros(1, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    blocks["scale"] = 0.5
    blocks["nibbles"][0] = [0x1F] + [0x88] * 15
    weights = unpack_q4(blocks)
    assert weights.shape == (32,)
    assert weights[0] == (15 - 8) * 0.5
    assert weights[16] == (1 - 8) * 0.5
    assert not weights[1:16].any()
    assert not weights[17:].any()


@given(st.lists(st.integers(1, 512), max_size=60), st.integers(1, 2000))
def test_batches_hold_every_row_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = list(length_batches(lengths, budget))
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= budget


@given(st.lists(st.lists(st.integers(2, 9), min_size=1, max_size=8), min_size=1, max_size=8))
def test_padding_keeps_every_row(rows: list[list[int]]) -> None:
    ids, mask = padded(rows)
    assert [list(line[keep == 1]) for line, keep in zip(ids, mask, strict=True)] == rows


def test_prefixes_come_from_the_model_or_its_name(tmp_path: Path) -> None:
    assert prefixes_of("intfloat/multilingual-e5-base", tmp_path)["query"] == "query: "
    assert prefixes_of("minilm-l6", tmp_path) == {}
    config = tmp_path / "config_sentence_transformers.json"
    config.write_text('{"prompts": {"query": "ask: ", "document": "doc: "}}', encoding="utf-8")
    assert prefixes_of("minilm-l6", tmp_path) == {"query": "ask: ", "passage": "doc: "}


def test_what_cannot_be_opened_is_said_in_one_line(home: Settings, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="hawker models pull minilm-l6"):
        open_embedder(load_settings(models=tmp_path, embedder="minilm-l6"))
    folder = tmp_path / "no" / "embedder"
    folder.mkdir(parents=True)
    with pytest.raises(UserError, match="a sentence-transformers model"):
        open_embedder(load_settings(embedder=str(folder)))
    (folder / "openvino").mkdir()
    (folder / "openvino" / "encoder.xml").write_text("<broken>", encoding="utf-8")
    (folder / "modules.json").write_text("[]", encoding="utf-8")
    with pytest.raises(CorruptWeights) as broken:
        open_embedder(load_settings(embedder=str(folder))).embed(["a"], "query")
    assert "\n" not in str(broken.value)
