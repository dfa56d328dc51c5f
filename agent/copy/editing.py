"""Mending a text by leaving out: quotes, emoji, labels, an unfinished or over-long end. Nothing is ever added."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.channels import Part

MARK = re.compile(r"^\s*(?:[-*•·▪–—]+|\(?\d{1,2}[.)、]|[①-⑩])\s*")
LABEL = re.compile(
    r"^\s*(?:headline|title|ad|sentence|line|product|fact|标题|正文|广告|第[一二三]句)\s*\d*\s*[:：]\s*", re.IGNORECASE
)
SIGNS = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]+")
HASHTAGS = re.compile(r"(?:\s*[#＃][^\s#＃]+[#＃]?)+\s*$")
QUOTED = re.compile(r"^[\"“”'‘’「『《*_`]+|[\"“”'‘’」』》*_`]+$")
SENTENCE_END = re.compile(r"(?<=[.!?。！？])(?=\s|[\u4e00-\u9fff]|$)\s*")
CLAUSE_END = re.compile(r"\s*(?:[,;，；]|\s[-–—]\s|[:：])\s*")
PHRASE_END = re.compile(
    r"\s*[,;:]\s|\s[-–—]\s"
    r"|\s(?:with|for|on|in|from|at|by|so|that|while|as|when|whether|because|which|where|and|to)\s",
    re.IGNORECASE,
)
LOOSE_END = re.compile(
    r"(?:[.!?]\s+|\s*[,;]\s+(?:and\s+)?|\s[-–—]\s"
    r"|\s(?:and(?= (?:you|it|they|we|your|the|an?|is|are|can|let|have|enjoy|play|make|get|watch|find|see|use)\b)"
    r"|with|for(?= (?:your|the|a|any|all)\b)|so|so that|while|when|where|because)\s)",
    re.IGNORECASE,
)
"""where an English line can end, what follows being an addition"""
SHORTEST_SHARE = 0.25
"""of the aimed length that must be left, or else the text is kept as it was and fails"""


def cleaned(line: str) -> str:
    """`line` without what wraps a text: marks of a list, labels, quotation marks, emoji, hashtags at the end."""
    line = SIGNS.sub("", " ".join(line.split()))
    line = HASHTAGS.sub("", LABEL.sub("", MARK.sub("", line)))
    while (bare := QUOTED.sub("", line.strip())) != line.strip() and not _quotes_within(line):
        line = bare
    return re.sub(r"([!?！？。，])\1+", r"\1", line).strip()


def shortened(line: str, part: Part, language: str, cut_off: bool = False) -> str:
    """`line` without its last sentences or clauses, until it fits what the part shows. `cut_off`: its end is missing.

    Returns `line` as it was where too little would be left.
    """
    aim = part.aim(language)
    pieces = [piece for piece in SENTENCE_END.split(line) if piece]
    if cut_off and len(pieces) > 1 and not re.search(r"[.!?。！？]$", pieces[-1]):
        pieces.pop()
    while len(pieces) > 1 and len(_joined(pieces, language)) > aim:
        pieces.pop()
    text = _joined(pieces, language)
    if part.writes == "headline" and language == "en" and len(text) > aim:
        return _fewer_phrases(text, aim) or line
    if len(text) > aim or (cut_off and len(pieces) == 1 and not re.search(r"[.!?。！？]$", text)):
        text = _fewer_clauses(text, aim, language)
    return text if len(text) >= min(aim, 60) * SHORTEST_SHARE else line


def remainders(line: str) -> Iterator[str]:
    """`line` without its last clauses, the longest first, then without what stands before a colon.

    >>> list(remainders("Wrap up warm with soft wool, and a hat."))
    ['Wrap up warm with soft wool.', 'Wrap up warm.']
    """
    body = line.rstrip(".!? ")
    end = line[len(body) :].strip() if len(line) > len(body) else ""
    joints = [match.start() for match in LOOSE_END.finditer(body)]
    yield from (body[:joint] + end for joint in reversed(joints) if joint)
    if (colon := body.find(": ")) > 0:
        yield body[colon + 2].upper() + body[colon + 3 :] + end


def without_full_stop(line: str) -> str:
    """A headline carries no full stop."""
    return line.rstrip(".。 ") if not line.endswith("...") else line


def _fewer_phrases(text: str, aim: int) -> str:
    """A headline up to a comma or a preposition: `Foil on the cover with 2 keys` -> `Foil on the cover`."""
    ends = [match.start() for match in PHRASE_END.finditer(text) if match.start() <= aim]
    return text[: ends[-1]].rstrip(" ,;:-") if ends and len(text[: ends[-1]].split()) > 1 else ""


def _fewer_clauses(text: str, aim: int, language: str) -> str:
    ends = [match.start() for match in CLAUSE_END.finditer(text) if match.start() <= aim - 1]
    if not ends:
        return text
    return text[: ends[-1]] + ("。" if language == "zh" else ".")


def _joined(pieces: list[str], language: str) -> str:
    return ("" if language == "zh" else " ").join(piece.strip() for piece in pieces)


def _quotes_within(line: str) -> bool:
    return len(re.findall(r"[\"“”]", line.strip()[1:-1])) > 0
