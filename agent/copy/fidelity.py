"""Does a Chinese line keep to the scene that it was made from? What a small model adds of its own is mostly noise."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.checks.language import HAN
from agent.copy.scenes import BETWEEN
from agent.slots import SLOT

KEPT = 0.8
"""share of a line's neighbouring characters that its scene must have"""
KEPT_OF_CLAUSE = 0.65
RUN_ON = 2
"""characters that a clause may be longer than its fragment; more are two that no comma parts"""
TURNING = ("我", "你", "没", "不", "的", "他", "她")
"""words that turn a scene round, or break it, when they are put into it"""
BEFORE = frozenset({"和", "给", "用", "在", "从", "对", "比"})
"""what a fragment cannot lose: 和想象的一样 is not 想象的一样"""
PRICE = re.compile(rf"(?:只要|只需|仅需|价格|售价)?\s*{SLOT.pattern}")
TORN = re.compile(r"[\u4e00-\u9fff，] +[\u4e00-\u9fff]")
"""a space that tears a sentence"""
CLAUSES = re.compile(r"[，、：；。！？,;!?\s]+")
DOUBLED = re.compile(r"([\u4e00-\u9fff])\1")


def strays(text: str, scene: str) -> str:
    """What in `text` is not made from `scene`: a word, a clause or all of it; empty where it keeps to the scene.

    What a small model adds to a scene of its own is mostly nonsense: 朋友来了，睡了.
    """
    if BETWEEN.strip() in text:
        return BETWEEN.strip()
    added = (*TURNING, *(match[0] for match in (*TORN.finditer(text), *DOUBLED.finditer(text))))
    for word in added:
        if text.count(word) > scene.count(word):
            return word
    fragments = scene.split(BETWEEN)
    clauses = [clause for clause in CLAUSES.split(PRICE.sub("，", text)) if clause.strip()]
    for clause in clauses:
        if not _whole(clause, fragments) or (len(clause) > 1 and kept(clause, scene) < KEPT_OF_CLAUSE):
            return clause
    return "" if kept("，".join(clauses), scene) >= KEPT else text


def _whole(clause: str, fragments: Sequence[str]) -> bool:
    """Is a clause neither two fragments that no comma parts, nor the middle of one, nor one without its preposition?"""
    if any(fragment in clause and len(clause) > len(fragment) + RUN_ON for fragment in fragments):
        return False
    if len(clause) > max(map(len, fragments)) + RUN_ON:
        return False
    within = [fragment for fragment in fragments if clause in fragment]
    ends = [fragment for fragment in within if fragment.endswith(clause) and fragment[: -len(clause)] not in BEFORE]
    return not within or bool(ends) or any(fragment.startswith(clause) for fragment in within)


def kept(text: str, scene: str) -> float:
    """Share of the neighbouring characters of `text` that stand in `scene` too: 1 for a choice of its words, 0 for an
    invention. Signs and slots part neighbours."""
    pairs = [text[at : at + 2] for at in range(len(text) - 1) if HAN.match(text[at]) and HAN.match(text[at + 1])]
    return sum(pair in scene for pair in pairs) / len(pairs) if pairs else 0.0
