"""Public review sets on which the sentiment head is measured, and never trained (no open licence is stated for them).

They know two labels, ours three: a review counts as read right where positive outweighs negative as the set says.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROWS = 600
"""drawn of each set with a fixed seed; enough for two digits"""


@dataclass(frozen=True, slots=True)
class Trial:
    name: str
    note: str
    texts: tuple[str, ...]
    liked: tuple[bool, ...]


def read_trials(folder: Path) -> list[Trial]:
    """The sets that lie in `folder` (HAWKER_DATA); those that do not are left out."""
    sets: list[tuple[str, str, str, Callable[[Path], Iterator[tuple[str, bool]]]]] = [
        ("amazon_fine_foods", "reviews_train4000.csv", "en, great against all others", _fine_foods),
        ("online_shopping_10_cats", "reviews_dev.csv.gz", "zh", _online_shopping),
        ("waimai_10k", "waimai_10k.csv", "zh, meal delivery", _waimai),
    ]
    found = [(name, note, folder / name / file, read) for name, file, note, read in sets]
    return [_draw(name, note, list(read(path))) for name, note, path, read in found if path.is_file()]


def _draw(name: str, note: str, rows: list[tuple[str, bool]]) -> Trial:
    texts, liked = zip(*random.Random(0).sample(rows, min(ROWS, len(rows))), strict=True)
    return Trial(name, note, texts, liked)


def _fine_foods(path: Path) -> Iterator[tuple[str, bool]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["review"].replace("<br />", " "), row["score"] == "great"


def _online_shopping(path: Path) -> Iterator[tuple[str, bool]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["review"], row["label"] == "1"


def _waimai(path: Path) -> Iterator[tuple[str, bool]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["review"], row["label"] == "1"
