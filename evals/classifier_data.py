"""Public labelled sets on which heads are trained and judged, cut three ways. Their texts never enter the project.

Equal texts (case, spaces and punctuation apart) always fall into the same part, so that none is both learnt and asked.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.errors import UserError
from insight.heads import STRANGE
from insight.labelled import LabelledText

Part = Literal["learn", "calibrate", "test"]
TENTHS: dict[int, Part] = {0: "test", 1: "test", 2: "calibrate"}
"""the tenths of all texts, by their hash, that are kept from learning"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a set's test part must show."""

    accuracy: float = 0.0
    strangers_told: float | None = None
    calibration_error: float = 0.05


@dataclass(frozen=True, slots=True)
class ClassifierSet:
    """One named set. `strangers` belong to none of its classes and are only tested on."""

    name: str
    about: str
    wanted: Wanted
    learn: tuple[LabelledText, ...]
    calibrate: tuple[LabelledText, ...]
    test: tuple[LabelledText, ...]
    strangers: tuple[LabelledText, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    file: str
    about: str
    language: str
    licence: str
    wanted: Wanted
    read: Callable[[Path], Iterator[tuple[str, str]]]
    strangers: Callable[[Path], Iterator[tuple[str, str]]] | None = None


def read_set(name: str, folder: Path, most: int | None = None) -> ClassifierSet:
    """The set `name` from `folder` (HAWKER_DATA); `most` rows of it, spread evenly over the file, where given.

    Raises `UserError` for an unknown name or a missing file.
    """
    if name not in SOURCES:
        raise UserError("set", name, "one of " + ", ".join(SOURCES))
    source = SOURCES[name]
    path = folder / source.file
    if not path.is_file():
        raise UserError("HAWKER_DATA", folder, f"a folder with {source.file}", "set it, or leave the set out")
    parts: dict[Part, list[LabelledText]] = {"learn": [], "calibrate": [], "test": []}
    for text, label in _spread(dict(source.read(path)), most):
        row = LabelledText(text, label, source.language, name, source.licence)
        parts[part_of(text)].append(row)
    strangers = source.strangers(path) if source.strangers else ()
    return ClassifierSet(
        name=name,
        about=source.about,
        wanted=source.wanted,
        learn=tuple(parts["learn"]),
        calibrate=tuple(parts["calibrate"]),
        test=tuple(parts["test"]),
        strangers=tuple(LabelledText(text, STRANGE, source.language, name, source.licence) for text, _ in strangers),
    )


def part_of(text: str) -> Part:
    """Which part a text belongs to: by the hash of its letters and digits alone."""
    plain = "".join(letter for letter in text.casefold() if letter.isalnum())
    return TENTHS.get(int.from_bytes(hashlib.sha256(plain.encode()).digest()[:4], "big") % 10, "learn")


def _spread(rows: dict[str, str], most: int | None) -> list[tuple[str, str]]:
    """All rows, or `most` of them with the smallest hashes: the same at every run, whatever the file's order."""
    pairs = list(rows.items())
    if most is None or len(pairs) <= most:
        return pairs
    return sorted(pairs, key=lambda pair: hashlib.sha256(b"spread" + pair[0].encode()).digest())[:most]


def _columns(text: str, label: str) -> Callable[[Path], Iterator[tuple[str, str]]]:
    """A reader of the two columns of a CSV file, gzipped or not."""

    def read(path: Path) -> Iterator[tuple[str, str]]:
        raw = path.read_bytes()
        lines = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
        for row in csv.DictReader(io.StringIO(lines, newline="")):
            if row[text].strip():
                yield " ".join(row[text].replace("<br />", " ").split()), row[label]

    return read


def _clinc(*parts: str) -> Callable[[Path], Iterator[tuple[str, str]]]:
    def read(path: Path) -> Iterator[tuple[str, str]]:
        found = json.loads(path.read_text(encoding="utf-8"))
        for part in parts:
            for text, label in found[part]:
                yield text, STRANGE if label == "oos" else label

    return read


_CLINC_FILE = "clinc150/data_full_trainval.json"
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
        _columns("review", "label"),
    ),
    "waimai": Source(
        "waimai_10k/waimai_10k.csv",
        "reviews of meal deliveries, liked or not",
        "zh",
        "none stated, never shipped",
        Wanted(0.86),
        _columns("review", "label"),
    ),
    "amazon_fine_foods": Source(
        "amazon_fine_foods/reviews_train4000.csv",
        "food reviews, great against all others",
        "en",
        "none stated, never shipped",
        Wanted(),
        _columns("review", "score"),
    ),
}
"""what can be judged, by name; several may share a file"""
