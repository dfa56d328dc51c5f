"""The segments' names with what they mean and how to speak to them, in English and Chinese (`segments.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

import yaml

from core.errors import UserError
from core.language import LANGUAGES


@dataclass(frozen=True, slots=True)
class Segment:
    """Texts are by language."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    """who they are, for a marketer"""
    angle: Mapping[str, str]
    """how to speak to them, for the prompt; one line"""


def segment(name: str) -> Segment:
    """The segment called `name`. Raises `UserError` listing the names."""
    if name not in SEGMENTS:
        raise UserError("segment", name, "one of " + ", ".join(SEGMENTS), "choose one of these")
    return SEGMENTS[name]


def _read() -> Mapping[str, Segment]:
    entries = yaml.safe_load(files("insight.customers").joinpath("segments.yaml").read_text(encoding="utf-8"))
    segments = {name: Segment(name=name, **texts) for name, texts in entries.items()}
    for one in segments.values():
        for text in (one.title, one.description, one.angle):
            assert set(text) == set(LANGUAGES), f"segments.yaml: {one.name} lacks a language"
    return MappingProxyType(segments)


SEGMENTS: Mapping[str, Segment] = _read()
