"""The rule segments of a shop: `segments.yaml` in the home, a name and a rule each.

    quiet-campers:
      rule: category = tents and last_order > 90 days and consent(email)
      angle: {en: Ask how the tent is doing., zh: 问问帐篷用得怎么样。}
    big-or-loyal:
      any: [money > 500, segment = loyal]
      none: [segment = lost]

`all`, `any` and `none` are lists of rules; what is given must hold together. `angle` (how to speak to
them) may be left out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import NotFound, UserError
from core.yaml_file import read_yaml
from insight.segmenting.rules.grammar import parse_rule
from insight.segmenting.rules.syntax import All, Either, Not, Rule

FILE = "segments.yaml"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
KEYS = ("rule", "all", "any", "none", "angle")


@dataclass(frozen=True, slots=True)
class RuleSegment:
    name: str
    rule: Rule
    angle: Mapping[str, str] = field(default_factory=dict)
    """how to speak to them, by language"""


def read_rules(path: Path) -> dict[str, RuleSegment]:
    """Name -> segment; none where there is no such file. Raises `UserError` for the first thing wrong in it."""
    if not path.exists():
        return {}
    raw = read_yaml(path, FILE) or {}
    if not isinstance(raw, dict):
        raise UserError(FILE, path, "names, each with a rule")
    return {str(name): _segment(str(name), entry) for name, entry in raw.items()}


def rule_named(text: str, path: Path) -> Rule:
    """The rule that `text` is, or the one of that name in the file. Raises `UserError`; `NotFound` for a name."""
    if not NAME.fullmatch(text):
        return parse_rule(text)
    known = read_rules(path)
    if text in known:
        return known[text].rule
    near = difflib.get_close_matches(text, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"write it in {path}"
    raise NotFound("rule", text, "a rule, or one of " + (", ".join(known) or f"those in {FILE} (there are none)"), hint)


def _segment(name: str, entry: Any) -> RuleSegment:
    if not NAME.fullmatch(name):
        raise UserError(FILE, name, "a name of lower-case letters, digits and hyphens")
    if isinstance(entry, str):
        entry = {"rule": entry}
    if not isinstance(entry, dict) or not set(entry) & set(KEYS[:4]):
        raise UserError(f"{FILE} {name}", entry, "rule, all, any or none")
    unknown = sorted(set(map(str, entry)) - set(KEYS))
    if unknown:
        raise UserError(f"{FILE} {name}", unknown[0], "one of " + ", ".join(KEYS))
    parts: list[Rule] = [*_rules(name, entry, "all")]
    if "rule" in entry:
        parts.append(_rule(name, entry["rule"]))
    if any_of := _rules(name, entry, "any"):
        parts.append(Either(any_of))
    parts += [Not(one) for one in _rules(name, entry, "none")]
    angle = entry.get("angle") or {}
    told = {"en": angle} if isinstance(angle, str) else {str(code): str(text) for code, text in angle.items()}
    return RuleSegment(name, All(tuple(parts)), told)


def _rules(name: str, entry: Mapping[str, Any], key: str) -> tuple[Rule, ...]:
    listed = entry.get(key, [])
    if not isinstance(listed, list) or (key in entry and not listed):
        raise UserError(f"{FILE} {name}.{key}", listed, "a list of rules")
    return tuple(_rule(name, one) for one in listed)


def _rule(name: str, text: Any) -> Rule:
    if not isinstance(text, str):
        raise UserError(f"{FILE} {name}", text, "a rule in one line, such as: orders >= 3")
    return parse_rule(text)
