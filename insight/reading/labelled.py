"""Labelled texts to learn from: our CSV files, and public sets through a mapping file. Knows no model."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from core.errors import UserError

COLUMNS = ("text", "label", "language")
OURS = "Apache-2.0, written for Hawker"


@dataclass(frozen=True, slots=True)
class LabelledText:
    text: str
    label: str
    language: str
    source: str = "rows"
    """where it comes from, for the card"""
    licence: str = OURS
    weight: float = 1.0
    """how much it counts in training, beside a row of our own"""


@dataclass(frozen=True, slots=True)
class PublicRows:
    """Rows of public sets: those to learn from, and the others, which only measure."""

    training: tuple[LabelledText, ...]
    held_out: tuple[LabelledText, ...]


def read_rows(paths: Sequence[Path]) -> list[LabelledText]:
    """Rows of CSV files with the columns text, label, language. Raises `UserError` naming file and line."""
    return [row for path in paths for row in _read_file(path)]


def read_public(mapping: Path, folder: Path) -> PublicRows:
    """Rows of the sets that `mapping` (see data/intent_sources.yaml) names, from `folder`."""
    training: list[LabelledText] = []
    held_out: list[LabelledText] = []
    for name, source in yaml.safe_load(mapping.read_text(encoding="utf-8")).items():
        taken: Counter[str] = Counter()
        for text, theirs in _pairs(folder / source["file"]):
            if theirs not in source["labels"]:
                continue
            taken[theirs] += 1
            learn = taken[theirs] <= source["most"]
            row = LabelledText(
                text, source["labels"][theirs], "en", source["about"], source["licence"], float(source["weight"])
            )
            (training if learn else held_out).append(row)
        if not taken:
            raise UserError(f"{mapping.name}: {name}", source["file"], "a file with the labels it names", "mend it")
    return PublicRows(tuple(training), tuple(held_out))


def _read_file(path: Path) -> Iterator[LabelledText]:
    if not path.is_file():
        raise UserError("CSV", path, "a file with the columns " + ", ".join(COLUMNS), "check the path")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise UserError(str(path), ", ".join(reader.fieldnames or ()), f"a column {missing[0]}", "add it")
        for row in reader:
            for column in COLUMNS:
                if not (row[column] or "").strip():
                    raise UserError(f"{path} line {reader.line_num}", row, f"a {column}", "fill it in")
            yield LabelledText(row["text"].strip(), row["label"].strip(), row["language"].strip(), path.name)


def _pairs(path: Path) -> list[tuple[str, str]]:
    """(text, label) of a public set, in a fixed order that mixes the templates a set lists together."""
    if not path.is_file():
        raise UserError("HAWKER_DATA", path.parent.parent, f"a folder with {path.parent.name}/{path.name}", "set it")
    if path.suffix == ".json":
        parts: Mapping[str, list[list[str]]] = json.loads(path.read_text(encoding="utf-8"))
        pairs = [(text, label) for name in ("train", "oos_train", "oos_val") for text, label in parts.get(name, [])]
    else:
        with path.open(encoding="utf-8", newline="") as file:
            pairs = [(row["utterance"], row["intent"]) for row in csv.DictReader(file)]
    return sorted(set(pairs), key=lambda pair: pair[0][::-1])
