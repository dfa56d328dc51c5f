"""What a writer can work from: the facts as short phrases, one thought each, without the catalogue's noise.

Phrases are shown to the model, not to the reader. Facts that make no copy (dimensions, warnings, batteries) license
words, but no line is written about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.checks.grounding import glossed
from agent.checks.language import HAN
from agent.copy.english import NOISE, THOUGHT, english_phrases
from core.shop import Product

CLAUSE = re.compile(r"[，。；、！？,;!?\n]+")
CLAUSE_LONGEST = 14
WORDS_AT_ONCE = 4


def phrases(product: Product, wishes: Sequence[str], language: str) -> tuple[str, ...]:
    """Phrases in `language` that copy can be made from: the brief's `wishes`, then the record's; never empty.

    For Chinese copy each phrase is a handful of keywords: clauses of the Chinese record, or else what the English one
    speaks of, by the glossary.
    """
    found = _chinese(product, wishes) if language == "zh" else [*wishes, *english_phrases(product)]
    return tuple(dict.fromkeys(found)) or (product.named(language),)


def _chinese(product: Product, wishes: Sequence[str]) -> Iterator[str]:
    yield from wishes
    own = [*_clauses(product.description.get("zh", "")), *_values(product)]
    if own:
        for start in range(0, len(own), WORDS_AT_ONCE - 1):
            yield "、".join(own[start : start + WORDS_AT_ONCE - 1])
        return
    named = glossed([product.named("en"), *product.category[-1:]])
    said = [word for word in glossed(_telling(product.described("en"))) if word not in named]
    for start in range(0, max(len(said), 1), WORDS_AT_ONCE - 2):
        if words := [*named[:2], *said[start : start + WORDS_AT_ONCE - 2]]:
            yield "、".join(words)


def _telling(description: str) -> list[str]:
    return [thought for thought in THOUGHT.split(description) if not NOISE.search(thought)]


def _clauses(text: str) -> list[str]:
    clauses = (clause.strip(" .") for clause in CLAUSE.split(text))
    return [clause for clause in clauses if 2 <= len(clause) <= CLAUSE_LONGEST and HAN.search(clause)]


def _values(product: Product) -> list[str]:
    pairs = product.attributes.get("zh", {}).items()
    return [f"{key}{value}" for key, value in pairs if HAN.search(value) and len(key + value) <= CLAUSE_LONGEST]
