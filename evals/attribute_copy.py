"""Advertising copy made from attributes, as the AdvertiseGen set has it: reading it, parting it, and what copy names.

{"content": "类型#上衣*材质#牛仔布*风格#简约", "summary": "简约而不简单的牛仔外套……"}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from core.errors import UserError

FILE = "adgen/adgen_dev.jsonl"
LOST = "<UNK>"
"""stands where the set's makers cut out rare words"""


@dataclass(frozen=True, slots=True)
class AttributeCopy:
    attributes: tuple[tuple[str, str], ...]
    """(name, value), in the set's order; a name may come twice"""
    copy: str
    """a person's"""

    @property
    def told(self) -> str:
        """The attributes as a prompt tells them, one a line."""
        return "\n".join(f"{name}：{value}" for name, value in self.attributes)


def read_attribute_copy(folder: Path) -> tuple[AttributeCopy, ...]:
    """All rows of the set under `folder` (HAWKER_DATA). Raises `UserError` where it is not there."""
    path = folder / FILE
    if not path.is_file():
        raise UserError("HAWKER_DATA", folder, f"a folder with {FILE}", "set it to where the public sets lie")
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())
    return tuple(AttributeCopy(_attributes(row["content"]), row["summary"].replace(LOST, "")) for row in rows)


def parted(rows: Sequence[AttributeCopy], tested: int) -> tuple[list[AttributeCopy], list[AttributeCopy]]:
    """Rows to learn from, and `tested` others: those whose copy has the smallest sha256."""
    by_chance = sorted(rows, key=lambda row: hashlib.sha256(row.copy.encode()).digest())
    return by_chance[tested:], by_chance[:tested]


def coverage(rows: Sequence[AttributeCopy], texts: Sequence[str]) -> float:
    """The mean share of a row's attribute values that stand in its text, word for word."""
    return fmean(fmean(value in text for _, value in row.attributes) for row, text in zip(rows, texts, strict=True))


def _attributes(content: str) -> tuple[tuple[str, str], ...]:
    pairs = (pair.partition("#") for pair in content.split("*"))
    return tuple((name, value) for name, _, value in pairs if value)
