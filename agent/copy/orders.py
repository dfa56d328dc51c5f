"""One order for copy as single asks: what each prompt is told, and with which seed it is drawn."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.channels import Part
from agent.copy.chinese_record import RECORD_PROMPTS
from agent.copy.english import called
from agent.copy.material import Material
from agent.copy.roles import Role
from agent.copy.room import room_asked
from agent.copy.subject import Subject
from agent.trail import Ask
from core.copy import CopyRequest

if TYPE_CHECKING:
    from agent.voice import Voice

HEADLINE_PROMPT = "copy/headline"
LONG_NAME, SHORT_NAME = 56, 18
"""characters of the name that an English sentence, or a headline, is told"""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the copy speaks to and how, as the prompts are told; empty texts are left out."""

    reader: str = ""
    tone: str = ""
    voice: str = ""
    mood: str = ""
    liked: str = ""
    price_first: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One ask with the part and phrase that it is for, and the name of its prompt."""

    part: Part
    phrase: str
    prompt: str
    ask: Ask
    role: Role = ""


@dataclass(frozen=True, slots=True)
class Commission:
    """What all asks of one order share."""

    request: CopyRequest
    material: Material
    reader: Reader
    voice: Voice


def order_for(
    commission: Commission, part: Part, subject: Subject, count: int, demand: str, start: int, warmer: float
) -> Order:
    """`count` candidates for `part` from one subject, from seed `start` on, `warmer` than the prompt says.

    `demand`: what was wrong with the last try; a tuned voice, which never saw one, is told how much room there is.
    """
    request, material, reader = commission.request, commission.material, commission.reader
    voice = _writer(commission, subject)
    room = {"longest": _room(subject, part, request.language)} if voice.tuned else {"demand": demand}
    told = {
        "reader": reader.reader,
        "tone": reader.tone,
        "voice": reader.voice,
        "mood": reader.mood,
        "liked": reader.liked,
    }
    inputs = {**_named(subject, part, material, request.language), "fact": subject.phrase, **room, **told}
    prompt = voice.prompt(subject.prompt, request.language)
    declared = {key: value for key, value in inputs.items() if value and key in prompt.file.inputs}
    rendered = prompt.render(**declared)
    ask = Ask(
        task="copy",
        rendered=rendered,
        sampling=replace(voice.drawn(rendered.sampling, warmer), seed=_seed(request, part) + start),
        inputs={
            "product_id": request.product_id,
            "segment": request.segment or "",
            "channel": request.channel,
            "part": part.name,
            "language": request.language,
            **inputs,
        },
        count=count,
        sources=tuple(sorted({fact.source for fact in material.facts})),
        customer_id=request.customer_id,
        adapter=voice.adapter,
    )
    return Order(part, subject.phrase, subject.prompt, ask, subject.role)


def _room(subject: Subject, part: Part, language: str) -> int:
    room = part.room(language)
    return room_asked(subject.phrase, room) if room and language == "en" else room


def _writer(commission: Commission, subject: Subject) -> Voice:
    """Tuned Chinese was learned on facts alone; topics are picked from keywords by the bare model."""
    learned = commission.request.language != "zh" or subject.prompt in RECORD_PROMPTS
    return commission.voice if learned else commission.voice.bare


def _named(subject: Subject, part: Part, material: Material, language: str) -> dict[str, str]:
    """The name as the prompt is told it. An English headline about a fact is told none, or it would be a headline of
    nothing but the name; one about the price has room for its last words."""
    if subject.prompt in RECORD_PROMPTS:
        return {"product": material.called}
    if material.thing:
        return {"thing": material.thing.word}
    if language == "zh":
        return {"product": material.called}
    if subject.prompt == HEADLINE_PROMPT:
        return {}
    return {"product": called(material.product.named("en"), SHORT_NAME if part.writes == "headline" else LONG_NAME)}


def _seed(request: CopyRequest, part: Part) -> int:
    """Parts draw apart from each other, so that equal prompts of two of them give different texts."""
    return 10_000 * request.seed + zlib.crc32(part.name.encode()) % 10_000
