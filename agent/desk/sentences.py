"""A passage cut into sentences that can be quoted: each with its place, and what it stands under.

A list whose introduction ends in a colon is one sentence with its items, for neither says anything alone. It knows
Markdown and plain text in English and Chinese, and nothing of questions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.facts import Passage

_ABBREVIATIONS = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|no|mr|mrs|ms|dr|st|inc|ltd|a\.m|p\.m)\.$", re.IGNORECASE)
_END = re.compile(r"[.!?]+[\"'”’)*]*(?=\s|$)|[。！？]+[”’」）]*")
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_BULLET = re.compile(r"^\s*(?:[-*•+]|\d+[.)、])\s+")
_RULE = re.compile(r"[\s|:\-=*_]+$")
_MARKUP = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|^\s*>\s?", re.MULTILINE)
LONG_ITEM = 400
"""characters, from which on a list item is cut into sentences like a paragraph"""
_LABEL = re.compile(r"[^.,;，；。]{1,40}[:：]")
_DENYING = re.compile(r"\b(not|never|no|cannot|can't|without)\b|不|无法", re.IGNORECASE)
_STEP = re.compile(r"^\s*\d+[.)、]\s+")
_UNFINISHED = (":", "：", ",", "，", ";", "；")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Quotable:
    """One sentence of a passage."""

    passage: Passage
    start: int
    """offset in `passage.text`"""
    quote: str
    """its exact words there, markup included"""
    heading: str
    """the title and heading it stands under"""
    section: str
    """the nearest heading alone"""
    place: int
    """its number in the passage"""
    listed: bool
    """whether it is items of a list without the line that introduces them"""

    @property
    def text(self) -> str:
        """The words as a customer reads them: markup gone, list items on one line."""
        return readable(self.quote)

    @property
    def shown(self) -> str:
        """`text`, behind its heading where it says little, or the reverse, without: items of a list that do not name
        their subject, and the first words under "What we do not ...".
        """
        row = self.quote.startswith("|")
        denied = self.place == 0 and bool(_DENYING.search(self.section))
        if not row and (_LABEL.match(self.text) or not (self.listed or denied)):
            return self.text
        colon = "：" if self.passage.language == "zh" else ": "
        return f"{self.section}{colon}{self.text}"


def cut_passage(passage: Passage) -> list[Quotable]:
    """The sentences of `passage` in order. Headings are not sentences; they are the context of what follows."""
    found: list[Quotable] = []
    heading = columns = ""
    for start, block in _blocks(passage.text):
        title = _HEADING.match(block)
        if title:
            heading = title.group(1).strip()
            continue
        if _RULE.fullmatch(block):
            columns = found.pop().text if found and found[-1].quote.startswith("|") else ""
            continue
        columns = columns if block.startswith("|") else ""
        under = " ".join(part for part in dict.fromkeys((passage.title, heading, columns)) if part)
        section = heading or passage.title.rpartition(" > ")[2]
        listed = bool(_BULLET.match(block)) or block.startswith("|")
        for begin, end in _spans(block):
            found.append(Quotable(passage, start + begin, block[begin:end], under, section, len(found), listed))
    return found


def readable(text: str) -> str:
    """`text` without Markdown markup, on one line; list items follow each other as `a; b; c`."""
    lines = [line for line in _LINK.sub(r"\1", text).splitlines() if line.strip()]
    pieces: list[str] = []
    for line in lines:
        words = _MARKUP.sub("", _BULLET.sub("", line)).strip().strip("|").replace(" | ", ": ")
        if pieces and _BULLET.match(line):
            pieces[-1] += _between(pieces[-1]) + words
        else:
            pieces.append(words)
    return re.sub(r"\s+", " ", " ".join(pieces)).strip()


def _between(item: str) -> str:
    """What parts an item of a list from the next one, on one line."""
    if item.endswith(("：", "；", "，", "。")):
        return ""
    if item.endswith((":", ";", ",", ".", "!", "?")):
        return " "
    return "；" if re.search(r"[\u3400-\u9fff]", item) else "; "


def sentence_end(text: str) -> int | None:
    """Where the first complete sentence of `text` ends, or None while it has none; for cutting a stream."""
    for match in _END.finditer(text):
        if match.end() == len(text) and match.group()[0] in ".!?":
            return None
        if not _ABBREVIATIONS.search(text[: match.end()]):
            return match.end()
    return None


def _blocks(text: str) -> list[tuple[int, str]]:
    """Paragraphs, headings and list items with their offsets. Items join the line that introduces them, or the item
    before them where that is unfinished or both are numbered steps.
    """
    blocks: list[tuple[int, str]] = []
    start = end = 0
    kind = ""
    for match in re.finditer(r"[^\n]+\n?", text):
        line = match.group()
        here = _kind(line)
        gap = text.count("\n", end, match.start()) > 1
        if here == "blank":
            continue
        if end > start and _joins(kind, here, text[start:end], line, gap):
            kind = here if here == "item" else kind
        else:
            if end > start:
                blocks.append((start, text[start:end]))
            start, kind = match.start(), here
        end = match.start() + len(line.rstrip())
    if end > start:
        blocks.append((start, text[start:end]))
    return blocks


def _joins(kind: str, here: str, block: str, line: str, gap: bool) -> bool:
    """Whether a line of kind `here` goes on with `block`, of kind `kind`; `gap`: an empty line lies between."""
    if here == "item" and not line.lstrip().startswith("|"):
        unfinished = block.rstrip("*_ ").endswith(_UNFINISHED)
        steps = bool(_STEP.match(line)) and bool(_STEP.match(block))
        introduced = kind == "item" and not _BULLET.match(block)
        return kind in ("text", "item") and (unfinished or steps or introduced)
    return here == "text" and not gap and kind in ("text", "item") and not block.lstrip().startswith("|")


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if _HEADING.match(line):
        return "heading"
    return "item" if _BULLET.match(line) or line.lstrip().startswith("|") else "text"


def _spans(block: str) -> list[tuple[int, int]]:
    """Sentence spans of one block, trimmed. A list item stays whole, for its first words are the subject of it all;
    so does a block that introduces a list, from its last sentence on.
    """
    listing = re.search(r"[:：]\**\s*\n\s*(?:[-*•+]|\d+[.)、])\s", block)
    spans, start = [], 0
    item = _BULLET.match(block)
    limit = listing.start() if listing else len(block)
    for match in _END.finditer(block):
        if match.end() > limit or (item and match.end() < LONG_ITEM):
            continue
        if _ABBREVIATIONS.search(block[: match.end()]):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(block)))
    trimmed = []
    for begin, end in spans:
        piece = block[begin:end]
        begin += len(piece) - len(piece.lstrip())
        marker = _BULLET.match(block[begin:end])
        begin += marker.end() if marker else 0
        end = begin + len(block[begin:end].rstrip())
        if end > begin:
            trimmed.append((begin, end))
    return trimmed
