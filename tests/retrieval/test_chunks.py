"""Passages stand where they say, keep to their size, and lose no text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.shop import Document
from retrieval.chunks import LIMIT_WORDS, chunk_document, heading_path
from retrieval.fusion import fuse
from retrieval.sentences import length_in_words, sentences
from retrieval.words import content_words, index_words, stem


def document(text: str) -> Document:
    return Document("d", "Title", text, "en")


PIECES = ["# Head\n", "## Deep #\n", "\n\n", "A short sentence. ", "- an item\n", "1. first\n", "| a | b |\n", "---\n"]
PIECES += ["满 199 元包邮。", "word " * 40, "无标点" * 90, "\r\n", "e.g. this", "Really?! ", "\t"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=25))
def test_offsets_are_exact_and_in_order(pieces: list[str]) -> None:
    text = "".join(pieces)
    chunks = chunk_document(document(text))
    for chunk in chunks:
        assert text[chunk.start : chunk.start + len(chunk.text)] == chunk.text
        assert chunk.text.strip()
    ends = [chunk.start + len(chunk.text) for chunk in chunks]
    assert all(end <= after.start for end, after in zip(ends, chunks[1:], strict=False))


def test_no_body_text_is_lost() -> None:
    text = "Intro here.\n\n# One\nFirst sentence. Second one!\n- item a\n- item b\n  wrapped\n\n## Two\nLast."
    chunks = chunk_document(document(text))
    assert [(chunk.headings, chunk.text) for chunk in chunks] == [
        ((), "Intro here."),
        (("One",), "First sentence. Second one!\n- item a\n- item b\n  wrapped"),
        (("One", "Two"), "Last."),
    ]
    assert heading_path("One", chunks[2]) == "One > Two"


def test_size_is_kept_in_both_languages() -> None:
    english = " ".join(f"This is sentence number {n} of a long page about tents." for n in range(60))
    chinese = "".join(f"这是关于帐篷的第{n}句话，说明如何搭建。" for n in range(80))
    for text in (english, chinese, "word " * 500, "字" * 900):
        sizes = [length_in_words(chunk.text) for chunk in chunk_document(document(text))]
        assert max(sizes) <= LIMIT_WORDS
        assert min(sizes[:-1]) >= 30


def test_sentences_of_both_languages() -> None:
    assert sentences("It costs 4.90 (e.g. by post). Really?! Yes.") == [
        "It costs 4.90 (e.g. by post).",
        "Really?!",
        "Yes.",
    ]
    assert sentences("满 199 元包邮。“不满呢？”收 8 元！") == ["满 199 元包邮。", "“不满呢？”", "收 8 元！"]


def test_words_meet_their_other_forms() -> None:
    groups = [("return", "returns", "returned"), ("cancel", "cancelled"), ("ship", "shipping"), ("size", "sizes")]
    assert [len({stem(word) for word in group}) for group in groups] == [1] * len(groups)
    assert index_words("iPhone 4.90 包邮吗") == ["iphon", "4.90", "包邮", "邮吗"]
    assert content_words("请问我的订单什么时候可以到货？") == ["订单", "到货"]
    assert content_words("How can I cancel my order?") == ["cancel", "order"]


def test_fusion_rewards_agreement() -> None:
    assert [key for key, _ in fuse([["a", "b", "c"], ["b", "d"]])][:2] == ["b", "a"]
