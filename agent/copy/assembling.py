"""From single lines to whole variants. Each line was checked alone, so lines of one product may stand together.

A variant takes the best line left for each place, unlike its neighbours; where lines run out, a list keeps at
least one line that no other variant has. A variant that lacks a required part, or something that must be said, is not
made: the shortfall is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.channels import Channel, Part
from agent.checks.language import HAN
from agent.checks.words import unsaid
from agent.copy.lines import Line
from agent.copy.material import Material
from agent.copy.ranking import mean, score_line, shared, similarity
from agent.copy.roles import BODY_ROLES, FEWEST, Role
from agent.slots import fill, open_slots

TELLS_APART = frozenset({"sentence", "body"})
TOO_LIKE = 0.75
"""similarity of two lines that may not stand in one variant, nor carry two variants of one text each"""


@dataclass(frozen=True, slots=True)
class Assembled:
    """The lines of one variant by part, its score and why."""

    lines: Mapping[str, tuple[Line, ...]]
    score: float
    reasons: tuple[str, ...]

    def all_lines(self) -> list[Line]:
        return [line for lines in self.lines.values() for line in lines]


def assemble(lines: Sequence[Line], channel: Channel, material: Material, language: str, count: int) -> list[Assembled]:
    """At most `count` variants, the best first. No line stands in two while unused ones are left, unless the lines of
    a list must be shared to give more variants; each of them keeps one of its own."""
    pools = {part.name: _ranked(lines, part, material, language) for part in channel.parts}
    most_spared = max(part.wanted for part in channel.parts)
    made: list[Assembled] = []
    for spared in range(most_spared):
        more = _variants(channel, pools, material, language, count, spared)
        made = more if len(more) > len(made) else made
        if len(made) == count:
            break
    return sorted(made, key=lambda variant: -variant.score)


def _variants(
    channel: Channel, pools: Mapping[str, list[Line]], material: Material, language: str, count: int, spared: int
) -> list[Assembled]:
    """Variants one after the other, with `spared` places of every list left to lines that another one has."""
    variants: list[Assembled] = []
    used: dict[str, list[Line]] = {part.name: [] for part in channel.parts}
    for _ in range(count):
        chosen = _choose(channel, pools, used, material, language, spared)
        if chosen is None:
            break
        for name, picked in chosen.items():
            used[name].extend(picked)
        variants.append(_scored(chosen, channel, material, language))
    return variants


def shown(variant: Assembled, channel: Channel, material: Material) -> dict[str, str | list[str]]:
    """The parts as they are published, slots filled."""
    parts: dict[str, str | list[str]] = {}
    for part in channel.parts:
        texts = [fill(line.text, material.slots) for line in variant.lines.get(part.name, ())]
        if part.writes == "brand":
            texts = [material.slots["brand"]] if "brand" in material.slots else []
        if part.is_list:
            parts[part.name] = texts
        elif part.writes == "body":
            parts[part.name] = "\n".join(_ended(text) for text in texts)
        elif texts:
            parts[part.name] = texts[0]
    return parts


def _ended(sentence: str) -> str:
    """A sentence of a Chinese body with its full stop, which a model may leave out; an English body has its own."""
    return f"{sentence}。" if HAN.search(sentence[-1:]) else sentence


def _ranked(lines: Sequence[Line], part: Part, material: Material, language: str) -> list[Line]:
    own = {line.text.casefold(): line for line in lines if line.part == part.name and line.passed}
    return sorted(own.values(), key=lambda line: -score_line(line, part, material, language)[0])


def _choose(
    channel: Channel,
    pools: Mapping[str, list[Line]],
    used: Mapping[str, list[Line]],
    material: Material,
    language: str,
    spared: int,
) -> dict[str, tuple[Line, ...]] | None:
    chosen: dict[str, tuple[Line, ...]] = {}
    lacking = list(material.must_say)
    inside: list[Line] = []
    for part in channel.parts:
        if part.writes == "brand":
            continue
        picked: list[Line] = []
        roles = [role for role in BODY_ROLES if any(line.role == role for line in pools[part.name])]
        if roles:
            picked = _body(part, roles, pools[part.name], used[part.name], inside, lacking, language)
            lacking = unsaid("\n".join(fill(line.text, material.slots) for line in picked), lacking)
            if len(picked) < FEWEST or not _told(picked, material):
                return None
        for _ in range(0 if roles else part.wanted):
            again = [line for line in picked if line in used[part.name]]
            reuse = part.is_list and len(again) < part.wanted - 1
            pool = _unpriced(pools[part.name], picked) if language == "en" else pools[part.name]
            beside = [*picked, *inside]
            line = None
            if reuse and len(again) < spared:
                known = [line for line in pool if line in used[part.name]]
                line = _next(part, known, used[part.name], beside, lacking, language, reuse)
            line = line or _next(part, pool, used[part.name], beside, lacking, language, reuse)
            if line is None:
                break
            picked.append(line)
            lacking = unsaid(fill(line.text, material.slots), lacking)
        if len(picked) < part.at_least:
            return None
        inside += picked
        chosen[part.name] = tuple(picked)
    return None if lacking else chosen


def _unpriced(pool: Sequence[Line], picked: Sequence[Line]) -> list[Line]:
    """`pool` without the lines whose slots are told in `picked`: a list names a price once."""
    told = {slot for line in picked for slot in open_slots(line.text)}
    return [line for line in pool if not told & open_slots(line.text)]


def _told(picked: Sequence[Line], material: Material) -> bool:
    """Does a body state a fact of the product, where there is one, or name what it is?"""
    tuned = any(line.generation.adapter for line in picked)  # each line of such a voice words a fact
    return tuned or any(
        open_slots(line.text) or any(word in line.text for word in material.thing_words) for line in picked
    )


def _body(
    part: Part,
    roles: Sequence[Role],
    pool: Sequence[Line],
    used: Sequence[Line],
    inside: Sequence[Line],
    lacking: Sequence[str],
    language: str,
) -> list[Line]:
    """One sentence for each role that has one left, in their order."""
    picked: list[Line] = []
    for role in roles:
        own = [line for line in pool if line.role == role]
        line = _next(part, own, used, [*inside, *picked], lacking, language, reuse=False)
        picked += [line] if line else []
    return picked


def _next(
    part: Part,
    pool: Sequence[Line],
    used: Sequence[Line],
    beside: Sequence[Line],
    lacking: Sequence[str],
    language: str,
    reuse: bool,
) -> Line | None:
    """The best unused line that is unlike its neighbours; one that says what must be said comes first."""
    free = [line for line in pool if line not in used and not _like(line, beside, language)]
    fresh = [line for line in free if not _like(line, used, language)]
    if language == "zh" and part.writes != "topics":
        fresh.sort(key=lambda line: round(_most_shared(line, [*used, *beside]), 1))  # the better of two stays first
    if part.writes in TELLS_APART and part.wanted == 1:
        free = fresh  # this part alone keeps two variants from being one
    saying = [line for line in free if lacking and len(unsaid(line.text, lacking)) < len(lacking)]
    again = [line for line in pool if reuse and line in used and not _like(line, beside, language)]
    return next(iter([*saying, *fresh, *free, *sorted(again, key=used.count)]), None)  # the least used one first


def _most_shared(line: Line, others: Sequence[Line]) -> float:
    """How much of a Chinese line stands in the nearest of `others`: five notes on one thing must not read alike."""
    return max((shared(line.text, other.text) for other in others), default=0.0)


def _like(line: Line, others: Sequence[Line], language: str) -> bool:
    return any(similarity(line.text, other.text, language) >= TOO_LIKE for other in others)


def _scored(chosen: Mapping[str, tuple[Line, ...]], channel: Channel, material: Material, language: str) -> Assembled:
    rated = [
        score_line(line, channel.part(name), material, language) for name, lines in chosen.items() for line in lines
    ]
    reasons = dict.fromkeys(reason for _, told in rated for reason in told)
    return Assembled(chosen, round(mean([score for score, _ in rated]), 4), tuple(reasons))
