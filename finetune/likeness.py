"""How alike texts are: shared runs of letters, as a share of all that either has (Jaccard over character 4-grams)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

GRAM = 4
TOO_ALIKE = 0.6
SHORTEST = 24
"""characters; shorter texts (`Yours for {price}`) may come again"""


def grams(text: str) -> frozenset[str]:
    """All runs of `GRAM` letters, digits, Han characters or single spaces, case folded."""
    plain = " ".join(re.findall(r"[\w{}]+", text.casefold()))
    return frozenset(plain[at : at + GRAM] for at in range(max(1, len(plain) - GRAM + 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """0 for texts without a common run, 1 for equal ones."""
    return len(one & other) / len(one | other) if one or other else 0.0


def nearest(texts: Sequence[str]) -> list[float]:
    """For each text its likeness to the one that is most like it among the others; 0 where it is alone."""
    all_grams = [grams(text) for text in texts]
    best = [0.0] * len(texts)
    for at, mine in enumerate(all_grams):
        for other in range(at):
            alike = likeness(mine, all_grams[other])
            best[at], best[other] = max(best[at], alike), max(best[other], alike)
    return best


def distinct(texts: Sequence[str], size: int) -> float:
    """Distinct-n (Li et al. 2016, arXiv:1510.03055): different runs of `size` words, or Han characters, among all."""
    runs = [run for text in texts for run in _runs(text, size)]
    return len(set(runs)) / len(runs) if runs else 0.0


def _runs(text: str, size: int) -> list[tuple[str, ...]]:
    tokens = re.findall(r"[\u4e00-\u9fff]|[\w{}'’-]+", text.casefold())
    return [tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1)]


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
