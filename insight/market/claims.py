"""What a competitor says of its goods and we do not say of ours: words, alone and in pairs, that set them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

from insight.market.remarks import sentences_of, words_of

SURE = 3.0
"""standard errors; of thousands of words a few stand out by chance at 2"""
LEAST_TEXTS = 4
MOST = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """A word or a pair of words that stands in a larger share of their texts than of ours."""

    words: str
    theirs: float
    ours: float
    """shares of the product texts"""
    sureness: float
    """standard errors by which they differ"""


def claims_of_theirs(ours: Sequence[str], theirs: Sequence[str], language: str) -> tuple[Claim, ...]:
    """At most `MOST`, the surest first.

    Log odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn, Political Analysis 16(4), 2008), counted in
    texts, so that one that repeats itself counts once.
    """
    mine, others = _texts_with(ours, language), _texts_with(theirs, language)
    found = []
    for words, count in others.items():
        if count >= LEAST_TEXTS:
            sureness = _log_odds(mine[words], len(ours), count, len(theirs))
            if sureness >= SURE:
                found.append(Claim(words, count / len(theirs), mine[words] / len(ours), sureness))
    return tuple(sorted(found, key=lambda claim: (-claim.sureness, claim.words))[:MOST])


def _texts_with(texts: Sequence[str], language: str) -> Counter[str]:
    """How many texts hold each word and each pair of neighbours."""
    counts: Counter[str] = Counter()
    for text in texts:
        held: set[str] = set()
        for sentence in sentences_of(text):
            words = words_of(sentence, language)
            held.update(words)
            held.update(" ".join(pair) for pair in pairwise(words))
        counts.update(held)
    return counts


def _log_odds(ours: int, all_ours: int, theirs: int, all_theirs: int) -> float:
    """The z-score of the difference; the prior is the word's share in both together, weighing as one text in each."""
    share = (ours + theirs) / (all_ours + all_theirs)
    mine, others = ours + share, theirs + share
    odds = log(others / (all_theirs + 1 - others)) - log(mine / (all_ours + 1 - mine))
    return odds / sqrt(1 / mine + 1 / others)
