"""Which prompts one order takes: for each part of the channel, lines from each phrase of the material."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Mapping, Sequence

from agent.channels import Channel, Part
from agent.copy.chinese import chinese_subjects
from agent.copy.chinese_record import record_subjects
from agent.copy.english import headline_phrases, priced_names, sentence_phrases
from agent.copy.material import Material
from agent.copy.orders import HEADLINE_PROMPT, LONG_NAME, SHORT_NAME, Commission, Order, Reader, order_for
from agent.copy.roles import Role
from agent.copy.room import safe_room
from agent.copy.subject import PRICE_PROMPT, Subject, fitting

FIRST_ROUND = 3
SECOND_ROUND = 1
"""candidates for each text that is wanted; together four at most"""
PROMPTS = {"headline": HEADLINE_PROMPT, "sentence": "copy/ad", "body": "copy/body", "topics": "copy/topics"}
OFFER_PROMPT = "copy/offer"
OFFERING = frozenset({OFFER_PROMPT, PRICE_PROMPT})
OFFER_FACTS = {
    "en": {"price": ("costs {price}", PRICE_PROMPT), "offer": ("offer: {offer}", OFFER_PROMPT)},
    "zh": {"offer": ("{offer}", OFFER_PROMPT)},
}
"""a Chinese price is told in a scene and has a prompt of its own (copy.chinese)"""
PHRASES_AT_ONCE = 3
"""that a body is made from"""
UNTRIED = 0.5
"""share of good lines that is expected of a phrase that was never asked"""
FEWEST_PHRASES = 4
"""that the repair round asks from; fewer would give the same line again"""
THIN = 9
"""subjects, up to which an English sentence may be about the price"""
WARMER = 0.4
"""added to the temperature where a phrase is asked often"""


def first_orders(commission: Commission, channel: Channel) -> list[Order]:
    """The first round: `FIRST_ROUND` candidates for every text wanted, spread over the phrases."""
    orders: list[Order] = []
    for part in channel.parts:
        if part.writes == "brand":
            continue
        orders += _spread(commission, part, FIRST_ROUND * _texts(commission, part), demand="", start=0)
    return orders


def second_orders(
    commission: Commission, part: Part, failures: Sequence[str], yields: Mapping[str, float]
) -> list[Order]:
    """The repair round of one part: the seeds move on, and what failed most is named in the prompt.

    English asks again only from the phrases that gave most: `yields` is the share of good lines by phrase.
    """
    demand = failures[0] if failures else ""
    start = FIRST_ROUND * commission.request.count
    told = None if commission.request.language == "zh" else yields
    return _spread(commission, part, SECOND_ROUND * _texts(commission, part), demand, start, told)


def _texts(commission: Commission, part: Part) -> int:
    """How many texts of this part all variants have together; topics come several to a text."""
    return commission.request.count * (1 if part.writes == "topics" else part.wanted)


def _best(subjects: list[Subject], yields: Mapping[str, float]) -> list[Subject]:
    """The better half, what was never asked among it."""
    ranked = sorted(subjects, key=lambda subject: -yields.get(subject.phrase, UNTRIED))
    return ranked[: max(FEWEST_PHRASES, (len(ranked) + 1) // 2)]


def _spread(
    commission: Commission,
    part: Part,
    needed: int,
    demand: str,
    start: int,
    yields: Mapping[str, float] | None = None,
) -> list[Order]:
    """`needed` candidates for each role of the part; most parts have one."""
    by_role: dict[Role, list[Subject]] = {}
    subjects = _subjects(part, commission, again=start > 0)
    for subject in subjects if yields is None else _best(subjects, yields):
        by_role.setdefault(subject.role, []).append(subject)
    counted = [
        (subject, count)
        for subjects in by_role.values()
        for subject, count in zip(subjects, _counts(subjects[:needed], needed), strict=False)
    ]
    return [
        order_for(commission, part, subject, share, demand, start, warmer)
        for subject, count in counted
        for share, warmer in _warmths(count, commission)
        if share
    ]


def _warmths(count: int, commission: Commission) -> list[tuple[int, float]]:
    """How many of `count` lines are drawn how much warmer than the prompt says.

    A fact that is asked often would otherwise give the same line again and again; scenes are warm enough.
    """
    if commission.request.language == "zh" and not commission.voice.tuned:
        return [(count, 0.0)]
    calm = (count + 1) // 2
    return [(calm, 0.0), (count - calm, WARMER)]


def _counts(subjects: Sequence[Subject], needed: int) -> list[int]:
    """How often each subject is asked for: evenly, but price and offer together no more than every sixth time."""
    counts = [0] * len(subjects)
    most_offers = max(1, needed // (6 * max(1, sum(subject.prompt in OFFERING for subject in subjects))))
    places = itertools.cycle(range(len(subjects)))
    only_offers = all(subject.prompt in OFFERING for subject in subjects)
    while sum(counts) < needed:
        at = next(places)
        if only_offers or subjects[at].prompt not in OFFERING or counts[at] < most_offers:
            counts[at] += 1
    return counts


def _subjects(part: Part, commission: Commission, again: bool = False) -> list[Subject]:
    """What lines of this part are made from; price and offer once, where code can fill them. `again`: other scenes."""
    request, material, reader = commission.request, commission.material, commission.reader
    language = request.language
    if language == "zh" and commission.voice.tuned and part.writes != "topics":
        return record_subjects(part, material)
    if material.thing is not None:
        turn = 2 * request.seed + zlib.crc32(request.product_id.encode()) % 1000 + again
        lines = chinese_subjects(part, material, material.thing, turn)
        whole = part.writes in ("body", "topics")
        return lines if whole else _with_offers(lines, part, material, reader, language)
    prompt = PROMPTS[part.writes]
    if part.writes in ("body", "topics"):
        return [Subject("; ".join(group), prompt) for group in _groups(material.phrases)]
    small = part.writes == "headline"
    told = (
        headline_phrases(material.phrases)
        if small
        else sentence_phrases(material.phrases, material.product.named("en"))
    )
    if commission.voice.tuned:
        told = fitting(told, safe_room(part.room(language)))
    return _with_offers([Subject(phrase, prompt) for phrase in told], part, material, reader, language)


def _with_offers(lines: list[Subject], part: Part, material: Material, reader: Reader, language: str) -> list[Subject]:
    facts, small = OFFER_FACTS[language], part.writes == "headline"
    priced = small or (language == "en" and len(lines) <= THIN)
    told = [slot for slot in facts if slot in material.slots and (priced or slot == "offer")]
    offers = [Subject(*facts[slot]) for slot in told]
    if language == "en" and "price" in told:
        names = priced_names(material.product, SHORT_NAME if small else LONG_NAME)
        prices = [Subject(f"{name} {facts['price'][0]}", facts["price"][1]) for name in names]
        offers = [*prices, *offers[1:]]
    return offers + lines if reader.price_first else lines[:2] + offers + lines[2:]


def _groups(phrases: Sequence[str]) -> list[tuple[str, ...]]:
    """Three phrases at a time, going round."""
    if len(phrases) <= PHRASES_AT_ONCE:
        return [tuple(phrases)]
    ring = list(itertools.islice(itertools.cycle(phrases), len(phrases) + PHRASES_AT_ONCE))
    return [tuple(ring[at : at + PHRASES_AT_ONCE]) for at in range(0, len(phrases), 2)]
