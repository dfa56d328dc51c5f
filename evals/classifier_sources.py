"""The sets on which heads are judged, and what each must show: public ones, read from HAWKER_DATA and never copied into
the project, and our own rows, which the shipped heads learn from.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from insight.reading.heads import BUNDLED, STRANGE
from insight.reading.labelled import OURS

Pair = tuple[str, str]
"""text, label"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a set's test part must show."""

    accuracy: float = 0.0
    strangers_told: float | None = None
    calibration_error: float = 0.05


@dataclass(frozen=True, slots=True)
class Source:
    file: str
    about: str
    language: str
    licence: str
    wanted: Wanted
    read: Callable[[Path], Iterator[Pair]]
    strangers: Callable[[Path], Iterator[Pair]] | None = None


def _columns(text: str, label: str, names: Mapping[str, str] | None = None) -> Callable[[Path], Iterator[Pair]]:
    """A reader of two columns of a CSV file, gzipped or not; `names`: the set's own labels -> what they mean."""

    def read(path: Path) -> Iterator[Pair]:
        raw = path.read_bytes()
        lines = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
        for row in csv.DictReader(io.StringIO(lines, newline="")):
            if row[text].strip():
                yield " ".join(row[text].replace("<br />", " ").split()), (names or {}).get(row[label], row[label])

    return read


def _clinc(*parts: str) -> Callable[[Path], Iterator[Pair]]:
    def read(path: Path) -> Iterator[Pair]:
        found = json.loads(path.read_text(encoding="utf-8"))
        for part in parts:
            for text, label in found[part]:
                yield text, STRANGE if label == "oos" else label

    return read


LIKED = {"0": "negative", "1": "positive"}
_OURS = BUNDLED.parent / "data"
_CLINC_FILE = "clinc150/data_full_trainval.json"
FEW_ROWS = Wanted(calibration_error=0.15)
"""a calibration error over fewer than 200 rows is half noise, so no more is asked"""
SOURCES: dict[str, Source] = {
    "banking77": Source(
        "banking77/train.csv",
        "77 intents of a bank's customers",
        "en",
        "CC BY 4.0",
        Wanted(0.88),
        _columns("text", "category"),
    ),
    "clinc150": Source(
        _CLINC_FILE,
        "150 intents; out-of-scope queries never seen in training",
        "en",
        "CC BY 3.0",
        Wanted(0.90, strangers_told=0.92),
        _clinc("train", "val"),
        strangers=_clinc("oos_train", "oos_val"),
    ),
    "clinc150-taught": Source(
        _CLINC_FILE,
        "150 intents and out-of-scope, learnt from about 140 such queries",
        "en",
        "CC BY 3.0",
        Wanted(0.90, strangers_told=0.92),
        _clinc("train", "val", "oos_train", "oos_val"),
    ),
    "online_shopping": Source(
        "online_shopping_10_cats/reviews_dev.csv.gz",
        "reviews of ten kinds of goods, liked or not",
        "zh",
        "none stated, never shipped",
        Wanted(0.90),
        _columns("review", "label", LIKED),
    ),
    "waimai": Source(
        "waimai_10k/waimai_10k.csv",
        "reviews of meal deliveries, liked or not",
        "zh",
        "none stated, never shipped",
        Wanted(0.86),
        _columns("review", "label", LIKED),
    ),
    "amazon_fine_foods": Source(
        "amazon_fine_foods/reviews_train4000.csv",
        "food reviews, great against all others",
        "en",
        "none stated, never shipped",
        Wanted(),
        _columns("review", "score"),
    ),
    "hawker-intent": Source(
        str(_OURS / "intent.csv"),
        "our own rows of what customers want, without the public ones that the shipped head learns from beside them",
        "en and zh",
        OURS,
        FEW_ROWS,
        _columns("text", "label"),
    ),
    "hawker-sentiment": Source(
        str(_OURS / "sentiment.csv"),
        "our own rows of how customers feel",
        "en and zh",
        OURS,
        FEW_ROWS,
        _columns("text", "label"),
    ),
}
"""what can be judged, by name; several may share a file"""
