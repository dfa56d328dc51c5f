"""The channels that copy is written for, and what each of their parts may hold. The figures are in `channels.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

import yaml

from agent.checks.limits import sms_parts, width
from core.errors import UserError

Writes = Literal["headline", "sentence", "body", "topics", "brand"]
SMS_LONGEST = {True: 160, False: 70}
"""characters of one text message: in the GSM alphabet or not (3GPP TS 23.038)"""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an advertisement: how many texts it takes and how long each may be."""

    name: str
    writes: Writes
    at_least: int
    at_most: int
    wanted: int
    """texts of this part in a variant that we write"""
    longest: int = 0
    """characters, as the platform counts them; 0: counted in SMS parts instead"""
    shown: int = 0
    """characters displayed before the text is cut; 0: all of them"""
    sms_parts: int = 0
    double_width: bool = False

    @property
    def is_list(self) -> bool:
        """Whether a variant holds a list of these, or one text."""
        return self.at_most > 1

    def aim(self, language: str) -> int:
        """Characters that a writer should keep to: what is shown, else what is allowed, in letters of `language`."""
        if self.sms_parts:
            return SMS_LONGEST[language != "zh"]
        aim = self.shown or self.longest
        return aim // 2 if self.double_width and language == "zh" else aim

    def room(self, language: str) -> int:
        """As `aim`, for one text; 0 for a body, which is made of several."""
        return 0 if self.writes == "body" else self.aim(language)

    def overlong(self, text: str) -> str:
        """What is wrong with the length of `text`, in words; empty if nothing is."""
        if self.sms_parts:
            parts = sms_parts(text)
            return f"takes {parts} SMS parts of {self.sms_parts} allowed" if parts > self.sms_parts else ""
        length = width(text, self.double_width)
        return f"has {length} characters of {self.longest} allowed" if length > self.longest else ""


@dataclass(frozen=True, slots=True)
class Channel:
    name: str
    title: str
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part:
        return next(part for part in self.parts if part.name == name)


def channel(name: str) -> Channel:
    """The channel called `name`. Raises `UserError` listing the names."""
    known = channels()
    if name not in known:
        raise UserError("--channel", name, f"one of {', '.join(known)}", "choose one of these")
    return known[name]


@cache
def channels() -> Mapping[str, Channel]:
    """Every channel by name, in the order of the file."""
    data = yaml.safe_load(resources.files("agent").joinpath("channels.yaml").read_text("utf-8"))
    return MappingProxyType({name: _channel(name, entry) for name, entry in data["channels"].items()})


def _channel(name: str, entry: Mapping[str, object]) -> Channel:
    parts = entry["parts"]
    assert isinstance(parts, dict), f"channels.yaml: {name} has no parts"
    made = tuple(Part(name=part, double_width=bool(entry["double_width"]), **limits) for part, limits in parts.items())
    assert all(part.at_least <= part.wanted <= part.at_most for part in made), f"channels.yaml: counts of {name}"
    return Channel(name, str(entry["title"]), made)
