"""Who reads, by the name of a segment: one by RFM, one found in behaviour, or one that a marketer wrote as a rule."""

from __future__ import annotations

from core.errors import UserError
from core.language import in_language
from core.settings import Settings
from insight.customers.segments import SEGMENTS
from insight.segmenting.keeping import folder_of, load_segments
from insight.segmenting.rules.written import FILE, read_rules


def described(segment: str, language: str) -> str:
    """An RFM segment and how to speak to it, for a prompt. Raises `KeyError` for any other."""
    known = SEGMENTS[segment]
    return f"{known.title[language]}: {known.angle[language]}"


def addressed(settings: Settings, segment: str, language: str) -> str:
    """Who reads and how to speak to them, for a prompt. Raises `UserError` naming the segments that there are.

    A rule segment without an angle says nothing of its members that a prompt may use: the text is then empty.
    """
    if segment in SEGMENTS:
        return described(segment, language)
    kept = load_segments(folder_of(settings))
    cluster = kept.cluster(segment) if kept else None
    if cluster is not None:
        text = cluster.texts[language]
        return f"{text.title}: {text.angle}"
    rules = read_rules(settings.home / FILE)
    if segment in rules:
        return in_language(rules[segment].angle, language) or ""
    names = [*SEGMENTS, *(one.name for one in (kept.clusters if kept else ())), *rules]
    raise UserError("segment", segment, "one of " + ", ".join(names), "choose one of these")
