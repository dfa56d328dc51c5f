"""Which texts of a corpus are alike: the nearest of each, and those that are nearly the same (`evals.likeness`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from evals.likeness import TOO_ALIKE, grams, likeness

SHORTEST = 24
"""characters; shorter texts (`Yours for {price}`) may come again"""


def nearest(texts: Sequence[str]) -> list[float]:
    """For each text its likeness to the one that is most like it among the others; 0 where it is alone."""
    all_grams = [grams(text) for text in texts]
    best = [0.0] * len(texts)
    for at, mine in enumerate(all_grams):
        for other in range(at):
            alike = likeness(mine, all_grams[other])
            best[at], best[other] = max(best[at], alike), max(best[other], alike)
    return best


def twins(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """(name, name of an earlier text, text) of each text that is nearly the same as an earlier one."""
    seen: list[tuple[str, frozenset[str]]] = []
    for name, text in texts:
        if len(text) < SHORTEST and not (re.search(r"[\u4e00-\u9fff]", text) and len(text) >= SHORTEST // 3):
            continue
        mine = grams(text)
        other = next((one for one, theirs in seen if likeness(mine, theirs) >= TOO_ALIKE), None)
        if other is not None:
            yield name, other, text
        seen.append((name, mine))
