"""Applying a mapping: one source record into one record in Hawker's own layout.

Values are only moved and cut here; whether they are good is `shop.cleaning`'s question.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from shop.mapping import RecordSource, Rule
from shop.records import SourceRecord, walk

BEST, WORST = 5.0, 1.0
RECORD_COLUMNS = {"variants", "consents", "lines"}
"""columns of our own CSV layout whose cells hold JSON"""
LIST_COLUMNS = {"category", "tracking"}
"""columns of our own CSV layout whose cells hold parts divided by |"""


def in_own_layout(record: SourceRecord, source: RecordSource) -> SourceRecord:
    """`record` as the mapping makes it; as it is (with dotted CSV columns unfolded) where there is no mapping."""
    content: Mapping[str, Any]
    if source.fields:
        made = {name: convert(rule, record.content, record) for name, rule in source.fields.items()}
        content = unfold(made, cells=False)
    else:
        content = unfold(record.content) if record.flat else record.content
    return replace(record, content={name: value for name, value in content.items() if value is not None})


def convert(rule: Rule, content: Mapping[str, Any], record: SourceRecord) -> Any:
    """One of our fields out of their `content`; None where they have nothing."""
    if rule.each:
        return [
            {name: convert(inner, child, record) for name, inner in rule.fields.items()}
            for _, child in walk(content, rule.each)
        ]
    value = rule.constant if rule.constant is not None else _found(rule, content, record)
    if isinstance(value, str):
        value = rule.values.get(value, value)
        for pattern, text in rule.replace.items():
            value = re.sub(pattern, text, value) if isinstance(value, str) else value
    if rule.split and isinstance(value, str):
        value = [part.strip() for part in value.split(rule.split)]
    value = _without(value, rule.remove)
    if rule.pairs:
        value = _pairs(value, rule.pairs, rule.keep)
    if rule.scale is not None and value is not None:
        value = _scaled(value, *rule.scale)
    if rule.join is not None and isinstance(value, list):
        value = rule.join.join(str(part) for part in value if part not in (None, ""))
    if value in (None, "", [], {}):
        return None
    return {rule.language: value} if rule.language else value


def paths(rules: Mapping[str, Rule]) -> list[tuple[str, str]]:
    """(our field, their path) of everything that the rules read from the top of a record."""
    read = []
    for name, rule in rules.items():
        sources = rule.source if isinstance(rule.source, tuple) else (rule.source,)
        read += [(name, path) for path in (*sources, rule.each) if path and not path.startswith("@")]
    return read


def unfold(content: Mapping[str, Any], cells: bool = True) -> dict[str, Any]:
    """A CSV row's columns `name.en`, `attributes.en.Weight` as nested mappings, and lists in `cells` as lists."""
    unfolded: dict[str, Any] = {}
    for column, value in content.items():
        if value in ("", None):
            continue
        *heads, last = column.split(".")
        place: Any = unfolded
        for head in heads:
            place = place.setdefault(head, {}) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place[last] = _cell(column, value) if cells else value
        else:
            unfolded[column] = value  # beside a column `name`, cleaning knows no `name.en`
    return {name: value for name, value in unfolded.items() if value != {}}


def _found(rule: Rule, content: Mapping[str, Any], record: SourceRecord) -> Any:
    if isinstance(rule.source, tuple):
        return [_at(path, content, record) for path in rule.source]
    return _at(rule.source, content, record)


def _at(path: str, content: Mapping[str, Any], record: SourceRecord) -> Any:
    if path == "@line":
        return str(record.line)
    if path == "@stem":
        return PurePath(record.file).stem
    if path == "@digest":
        whole = json.dumps(record.content, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(whole.encode("utf-8")).hexdigest()[:16]
    if path in content:
        return content[path]
    found = [value for _, value in walk(content, path)]
    return found if "*" in path.split(".") else next(iter(found), None)


def _without(value: Any, boilerplate: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [part for part in value if part not in ("", None) and part not in boilerplate]
    if isinstance(value, str):
        for text in boilerplate:
            value = value.replace(text, "")
    return value


def _pairs(value: Any, between: str, keep: Mapping[str, str]) -> dict[str, str]:
    parts = value if isinstance(value, list) else [] if value is None else [value]
    split = (str(part).partition(between) for part in parts)
    found = {_plain(name): (name.strip(), text.strip()) for name, mark, text in split if mark}
    if not keep:
        return dict(found.values())
    return {ours: found[_plain(theirs)][1] for theirs, ours in keep.items() if _plain(theirs) in found}


def _plain(name: str) -> str:
    return re.sub(r"\s", "", name).casefold()


def _scaled(value: Any, lowest: float, highest: float) -> Any:
    try:
        share = (float(value) - lowest) / (highest - lowest)
    except ValueError:
        return value  # cleaning says what is wrong with it
    return WORST + share * (BEST - WORST)


def _cell(column: str, value: Any) -> Any:
    if column in RECORD_COLUMNS and isinstance(value, str):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value  # cleaning says what is wrong with it
    if column in LIST_COLUMNS and isinstance(value, str):
        return [part.strip() for part in value.split("|")]
    return value
