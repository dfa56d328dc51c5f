"""English words and their stems: enough to see that `puzzles`, `puzzled` and `puzzling` are one word, no more.

A lighter relative of Porter's stemmer (Program 14 (3), 1980): inflection goes, derivation stays, so that `careful` and
`careless` remain two words.
"""

from __future__ import annotations

import re

WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)*")
_VOWEL = re.compile(r"[aeiouy]")


def words(text: str) -> list[str]:
    """The words of `text` in lower case; hyphens part words, apostrophes do not.

    >>> words("Kid's full-bodied puppet!")
    ["kid's", 'full', 'bodied', 'puppet']
    """
    return [match[0].lower().replace("’", "'") for match in WORD.finditer(text)]


def stem(word: str) -> str:
    """The part of a lower-case `word` that its inflected forms share; the final e goes too.

    >>> [stem(word) for word in ("make", "making", "makes", "stopped", "parties", "glass")]
    ['mak', 'mak', 'mak', 'stop', 'party', 'glass']
    """
    word = re.sub(r"'s?$", "", word)
    if len(word) <= 3:
        return word
    word = _without_plural(word)
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and _VOWEL.search(rest):
            return _undoubled(rest)
    return word.removesuffix("e") if len(word) > 3 else word


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _undoubled(rest: str) -> str:
    if len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "lsz":
        return rest[:-1]
    if rest.endswith("i"):
        return rest[:-1] + "y"
    return rest.removesuffix("e")
