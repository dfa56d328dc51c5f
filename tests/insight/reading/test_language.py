"""Short, mixed and letterless messages are what a chat brings; each case is one that fooled a simpler rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight.reading.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ok", "en"),
        ("size M?", "en"),
        ("pls cancel ordr #W4432", "en"),
        ("Does the 帐篷 come in green?", "en"),
        ("Where is 订单 12345?", "en"),
        ("WHERE IS MY ORDER", "en"),
        ("好", "zh"),
        ("有货吗", "zh"),
        ("GORE-TEX Paclite Plus 有货吗", "zh"),
        ("订单 12345", "zh"),
        ("贼好看の包", "zh"),
        ("這款帳篷防水嗎", "zh"),
        ("Hi, 我想退货", "zh"),
        ("Wo ist meine Bestellung?", "de"),
        ("¿Cuánto cuesta el envío?", "es"),
        ("merci beaucoup", "fr"),
        ("これはいくらですか", "ja"),
        ("送料は？", "ja"),
        ("배송 언제", "ko"),
        ("привет", "ru"),
    ],
)
def test_the_language_of_a_message(text: str, language: str) -> None:
    assert detect_language(text).name == language


@pytest.mark.parametrize("text", ["", "  \n", "😀👍", "12345", "¿?", "me@shop.example", "https://shop.example/x"])
def test_a_text_without_words_is_in_the_language_of_the_conversation(text: str) -> None:
    assert detect_language(text, otherwise="zh") == detect_language("", otherwise="zh")
    assert detect_language(text).confidence == 0.0


@given(st.text(max_size=300))
def test_any_text_gets_a_code_and_a_share(text: str) -> None:
    label = detect_language(text)
    assert label.name.isalpha()
    assert 0.0 <= label.confidence <= 1.0
