"""A labelled set cut three ways: rows to learn from, rows to calibrate on, rows to test on.

Equal texts (case, spaces and punctuation apart) always fall into the same part, so that none is both learnt and asked.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.errors import UserError
from evals.classifier_sources import SOURCES, Pair, Wanted
from insight.reading.heads import STRANGE
from insight.reading.labelled import LabelledText

Part = Literal["learn", "calibrate", "test"]
TENTHS: dict[int, Part] = {0: "test", 1: "test", 2: "calibrate"}
"""the tenths of all texts, by their hash, that are kept from learning"""


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


def _spread(rows: dict[str, str], most: int | None) -> list[Pair]:
    """All rows, or `most` of them with the smallest hashes: the same at every run, whatever the file's order."""
    pairs = list(rows.items())
    if most is None or len(pairs) <= most:
        return pairs
    return sorted(pairs, key=lambda pair: hashlib.sha256(b"spread" + pair[0].encode()).digest())[:most]
