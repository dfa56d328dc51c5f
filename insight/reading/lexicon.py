"""The words of a text as numbers: hashed TF-IDF over words, word pairs, pieces of words and runs of Han characters.

An embedding knows what a text is about and blurs how it is put; the words know what it says and nothing of its
meaning. Hashing needs no vocabulary in the file, and CRC-32 is the same on every machine. Knows no label and no model.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LEAST_BUCKETS, MOST_BUCKETS = 1 << 10, 1 << 15
MOST_WEIGHTS = 1 << 21
"""classes x buckets of a head at most: 4 MB in float16"""
_TOKEN = re.compile(r"[^\W\d_\u3400-\u9fff]+|\d+|[\u3400-\u9fff]|[!?,.。]")
_PIECES = (2, 3, 4)
"""letters in a piece of a word: what inflections and misspellings leave alone"""


def terms(text: str) -> Iterator[str]:
    """What a text is made of. A Han character is a token of its own, so its pairs and triples stand for words."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
    yield from tokens
    yield from map(" ".join, itertools.pairwise(tokens))
    for three in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if not any(token.isascii() for token in three):
            yield " ".join(three)
    for word in tokens:
        if word.isascii() and len(word) > 2:
            edged = f"<{word}>"
            yield from (f"#{edged[i : i + n]}" for n in _PIECES for i in range(len(edged) - n + 1))


def buckets_for(classes: int, texts: int) -> int:
    """How many buckets a head gets: a power of two, no more than so many texts can fill or than keep its file small."""
    buckets = MOST_BUCKETS
    while buckets > LEAST_BUCKETS and (buckets * classes > MOST_WEIGHTS or buckets > 8 * texts):
        buckets //= 2
    return buckets


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """How rare each bucket's terms are. A text's row has length 1, or 0 where it has no term."""

    rarity: NDArray[np.float32]
    """(buckets,): the smoothed inverse document frequency, ln((1 + texts) / (1 + texts with it)) + 1"""

    def row(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The buckets that `text` fills, each once and ascending, and their values: (1 + ln count) x rarity, over
        the length of the row.
        """
        counts = _counts(text, len(self.rarity))
        buckets = np.fromiter(sorted(counts), np.int64, len(counts))
        said = np.fromiter((counts[int(bucket)] for bucket in buckets), np.float32, len(counts))
        values = (1 + np.log(said)) * self.rarity[buckets]
        return buckets, np.asarray(values / max(float(np.linalg.norm(values)), 1e-9), np.float32)

    def matrix(self, texts: Sequence[str]) -> csr_array:
        """(texts, buckets), sparse: for fitting."""
        from scipy.sparse import csr_array

        rows = [self.row(text) for text in texts]
        starts = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
        columns = np.concatenate([buckets for buckets, _ in rows] or [np.zeros(0, np.int64)])
        values = np.concatenate([values for _, values in rows] or [np.zeros(0, np.float32)])
        return csr_array((values, columns, starts), shape=(len(rows), len(self.rarity)))


def learn_lexicon(texts: Sequence[str], buckets: int) -> Lexicon:
    """A lexicon of how often terms stand in `texts`."""
    seen = np.zeros(buckets)
    for text in texts:
        seen[list(_counts(text, buckets))] += 1
    # Rounded as its file will have it, so that what is fitted is what is read.
    return Lexicon(np.asarray(np.log((1 + len(texts)) / (1 + seen)) + 1, np.float16).astype(np.float32))


def _counts(text: str, buckets: int) -> Counter[int]:
    return Counter(zlib.crc32(term.encode()) % buckets for term in terms(text))
