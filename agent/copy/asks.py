"""Which prompts one order takes: for each part of the channel, lines from each phrase of the material."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.channels import Channel, Part
from agent.copy.material import Material
from agent.copy.phrases import short_phrases
from agent.copy.roles import Role
from agent.copy.things import Thing, scenes
from agent.trail import Ask
from core.copy import CopyRequest
from prompts.library import load_prompt

FIRST_ROUND = 3
SECOND_ROUND = 1
"""candidates for each text that is wanted; together four at most"""
PROMPTS = {"headline": "copy/headline", "sentence": "copy/ad", "body": "copy/body", "topics": "copy/topics"}
DETAIL_PROMPT = "copy/body"
OFFER_PROMPT = "copy/offer"
OFFER_FACTS = {
    "en": {"price": "costs {price}", "offer": "offer: {offer}"},
    "zh": {"price": "价格 {price}", "offer": "优惠 {offer}"},
}
PHRASES_AT_ONCE = 3
"""that a body is made from"""


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
class Subject:
    """What one line is made from: a phrase of the record or a scene, a prompt, and the role of the line in its part."""

    phrase: str
    prompt: str
    role: Role = ""
    facts: int = 0
    """slots of facts that the line is asked to state"""


def first_orders(request: CopyRequest, channel: Channel, material: Material, reader: Reader) -> list[Order]:
    """The first round: `FIRST_ROUND` candidates for every text wanted, spread over the phrases."""
    orders: list[Order] = []
    for part in channel.parts:
        if part.writes == "brand":
            continue
        needed = FIRST_ROUND * request.count * (1 if part.writes == "topics" else part.wanted)
        orders += _spread(request, part, material, reader, needed, demand="", start=0)
    return orders


def second_orders(
    request: CopyRequest, part: Part, material: Material, reader: Reader, failures: Sequence[str]
) -> list[Order]:
    """The repair round of one part: what failed most is named in the prompt, and the seeds move on."""
    needed = SECOND_ROUND * request.count * (1 if part.writes == "topics" else part.wanted)
    demand = failures[0] if failures else ""
    return _spread(request, part, material, reader, needed, demand=demand, start=FIRST_ROUND * request.count)


def _spread(
    request: CopyRequest, part: Part, material: Material, reader: Reader, needed: int, demand: str, start: int
) -> list[Order]:
    """`needed` candidates for each role of the part; most parts have one."""
    by_role: dict[Role, list[Subject]] = {}
    for subject in _subjects(part, material, reader, request):
        by_role.setdefault(subject.role, []).append(subject)
    return [
        _order(request, part, material, reader, subject, count, demand, start)
        for subjects in by_role.values()
        for subject, count in zip(subjects, _counts(subjects[:needed], needed), strict=False)
        if count
    ]


def _counts(subjects: Sequence[Subject], needed: int) -> list[int]:
    """How often each subject is asked for: evenly, but price and offer no more than every sixth time."""
    counts = [0] * len(subjects)
    most_offers = max(1, needed // 6)
    places = itertools.cycle(range(len(subjects)))
    only_offers = all(subject.prompt == OFFER_PROMPT for subject in subjects)
    while sum(counts) < needed:
        at = next(places)
        if only_offers or subjects[at].prompt != OFFER_PROMPT or counts[at] < most_offers:
            counts[at] += 1
    return counts


def _subjects(part: Part, material: Material, reader: Reader, request: CopyRequest) -> list[Subject]:
    """What lines of this part are made from; price and offer once, where code can fill them."""
    language = request.language
    if material.thing is not None and part.writes != "topics":
        lines = _chinese_subjects(part, material, material.thing, request.seed)
        return lines if part.writes == "body" else _with_offers(lines, part, material, reader, language)
    prompt = PROMPTS[part.writes]
    if material.thing is not None and part.writes == "topics":
        return [Subject(phrase, prompt) for phrase in material.topics]
    if part.writes in ("body", "topics"):
        joined = (
            ["; ".join(group) for group in _groups(material.phrases)] if language == "en" else list(material.phrases)
        )
        return [Subject(phrase, prompt) for phrase in joined]
    small = part.writes == "headline"
    told = short_phrases(material.phrases, language) if small else material.phrases
    return _with_offers([Subject(phrase, prompt) for phrase in told], part, material, reader, language)


def _with_offers(lines: list[Subject], part: Part, material: Material, reader: Reader, language: str) -> list[Subject]:
    facts, small = OFFER_FACTS[language], part.writes == "headline"
    offers = [
        Subject(facts[slot], OFFER_PROMPT) for slot in facts if slot in material.slots and (small or slot == "offer")
    ]
    return offers + lines if reader.price_first else lines[:2] + offers + lines[2:]


def _chinese_subjects(part: Part, material: Material, thing: Thing, seed: int) -> list[Subject]:
    """Single sentences in everyday scenes; a body is a scene, what the thing is like, and another scene."""
    stage = [*material.wishes, *scenes(thing, seed)]
    if part.writes != "body":
        return [Subject(scene, PROMPTS[part.writes]) for scene in stage]
    known = sum(slot.startswith("fact_") for slot in material.slots)
    details = [Subject(scene, DETAIL_PROMPT, "detail", 1 + turn % known) for turn, scene in enumerate(stage) if known]
    half = (len(stage) + 1) // 2
    opening = [Subject(scene, PROMPTS["sentence"], "scene") for scene in stage[:half]]
    return [*opening, *details, *(Subject(scene, PROMPTS["sentence"], "closing") for scene in stage[half:])]


def _groups(phrases: Sequence[str]) -> list[tuple[str, ...]]:
    """Three phrases at a time, going round."""
    if len(phrases) <= PHRASES_AT_ONCE:
        return [tuple(phrases)]
    ring = list(itertools.islice(itertools.cycle(phrases), len(phrases) + PHRASES_AT_ONCE))
    return [tuple(ring[at : at + PHRASES_AT_ONCE]) for at in range(0, len(phrases), 2)]


def _order(
    request: CopyRequest,
    part: Part,
    material: Material,
    reader: Reader,
    subject: Subject,
    count: int,
    demand: str,
    start: int,
) -> Order:
    told = {
        "reader": reader.reader,
        "tone": reader.tone,
        "voice": reader.voice,
        "mood": reader.mood,
        "liked": reader.liked,
    }
    named = {"product": material.called}
    if material.thing is not None and part.writes != "topics":
        named = {"thing": material.thing.word}
    inputs = {**named, "fact": subject.phrase, "facts": subject.facts, "demand": demand, **told}
    rendered = load_prompt(subject.prompt, request.language).render(
        **{key: value for key, value in inputs.items() if value}
    )
    ask = Ask(
        task="copy",
        rendered=rendered,
        sampling=replace(rendered.sampling, seed=_seed(request, part) + start),
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
    )
    return Order(part, subject.phrase, subject.prompt, ask, subject.role)


def _seed(request: CopyRequest, part: Part) -> int:
    """Parts draw apart from each other, so that equal prompts of two of them give different texts."""
    return 10_000 * request.seed + zlib.crc32(part.name.encode()) % 10_000
