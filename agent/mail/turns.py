"""How usual the turns of a line are: the share of its short runs of words that stand in letters which people wrote.

A small model that learned letters joins pieces of them. Where it joins them wrongly, the runs across the joint are ones
that nobody wrote; so of several lines that pass all checks, the most usual one reads best. The runs lie as hashes in
`turns.safetensors`, which `python -m finetune.turns` makes from the letters of our corpora.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TURNS = Path(__file__).with_name("turns.safetensors")
RUN = {"en": 3, "zh": 4}
"""words, or Chinese characters; slots, signs and the ends of a line count as one each"""
TOKEN = re.compile(r"\{[a-z0-9_]+\}|[a-z]+(?:['’][a-z]+)?|\d+|[^\w\s]|[\u4e00-\u9fff]")
FACT = re.compile(r"\{fact_\d\}")


def usualness(text: str, language: str) -> float:
    """From 0, no run is known, to 1, all are.

    >>> usualness("我们还用得着", "zh") < usualness("我们很想再见到您。", "zh")
    True
    """
    runs = hashed_runs(text, language)
    known = _known()[language]
    places = np.searchsorted(known, runs)
    return float(np.mean(known[np.minimum(places, len(known) - 1)] == runs))


def hashed_runs(text: str, language: str) -> NDArray[np.uint32]:
    """CRC-32 of each run of `text`, its ends included."""
    tokens = ["^", *TOKEN.findall(FACT.sub("{fact}", text.lower())), "$"]
    size = min(RUN[language], len(tokens))
    runs = (" ".join(tokens[at : at + size]) for at in range(len(tokens) - size + 1))
    return np.array([zlib.crc32(run.encode()) for run in runs], dtype=np.uint32)


def gathered(letters: Mapping[str, Iterable[str]]) -> dict[str, NDArray[np.uint32]]:
    """What `TURNS` holds: for each language every run of its letters' lines once, sorted."""
    runs = {language: [hashed_runs(line, language) for line in lines] for language, lines in letters.items()}
    return {language: np.unique(np.concatenate(found)) for language, found in runs.items()}


@cache
def _known() -> Mapping[str, NDArray[np.uint32]]:
    from safetensors.numpy import load_file

    return load_file(TURNS)
