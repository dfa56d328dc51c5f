"""Is a text in the language it was asked for? By script and function words; short texts get the benefit of the doubt.

Meant for a few words up to a paragraph, where statistical language detection guesses.
"""

from __future__ import annotations

import re

from agent.slots import without_slots

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’-]*")
# Kana, Hangul, Cyrillic, Arabic, Hebrew, Thai, Devanagari, Greek: neither English nor Chinese.
OTHER_SCRIPT = re.compile(
    r"[\u3040-\u30ff\uac00-\ud7af\u0400-\u04ff\u0590-\u06ff\u0e00-\u0e7f\u0900-\u097f\u0370-\u03ff]"
)
# Forms that simplified Chinese never uses.
TRADITIONAL = re.compile(
    "[們這來說個時會對過還開關體點麼買賣從給為與讓裡發現實質產國學東樂愛歡氣種樣條雙網電話應該經濟網頁]"
)
_FUNCTION_WORDS = """
the a an and or of to in on for with your you is are it its our we this that from at by be can will not as have has all
any up out so if when what how i my me do does no yes now get
"""
ENGLISH_FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
ENGLISH_NEEDED_FROM = 8
"""words, from which on an English text without any function word is taken for another language"""


def is_language(text: str, language: str) -> bool:
    """True if `text`, slots aside, reads as `language` (`en` or simplified `zh`); a text without letters is neither."""
    bare = without_slots(text)
    if OTHER_SCRIPT.search(bare):
        return False
    han, words = len(HAN.findall(bare)), LATIN_WORD.findall(bare)
    if language == "zh":
        # Brand and product names stay in Latin letters within Chinese copy, so a word weighs as one character.
        return han >= max(2, len(words)) and not TRADITIONAL.search(bare)
    if han or not words:
        return False
    known = sum(word.lower() in ENGLISH_FUNCTION_WORDS for word in words)
    return len(words) < ENGLISH_NEEDED_FROM or known > 0
