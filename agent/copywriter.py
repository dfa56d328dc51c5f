"""Advertising copy: an order in, checked and ranked variants out. Code holds the facts, the model holds the pen.

The steps: gather what may be said (copy.material), ask for lines (copy.asks), judge and mend them (copy.lines), ask
once more for parts that lack some, assemble variants (copy.assembling). What is then lacking is reported, never filled.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from agent.channels import Channel, Part, channel
from agent.copy.asks import first_orders, second_orders
from agent.copy.assembling import Assembled, assemble, shown
from agent.copy.audience import audience
from agent.copy.chinese_record import ENOUGH, record_facts
from agent.copy.lines import Line, read_lines
from agent.copy.material import Material, gather
from agent.copy.orders import Commission, Order
from agent.copy.roles import Role
from agent.slots import fill
from agent.trail import ask_all
from core.copy import CopyRequest, CopyResult, CopyVariant, Dropped
from core.errors import UserError
from core.facts import CheckResult, Conditioning, Fact
from core.language import LANGUAGES
from core.settings import Settings

if TYPE_CHECKING:
    from agent.voice import Voice
    from insight.reading.readers import Readers
    from retrieval.opening import Retrieval
    from store.opening import Store

MOST_VARIANTS = 20
DROPPED_SHOWN = 40
DEMANDS = {
    "en": {
        "length": "Write fewer words.",
        "grounding": "Use no other words than those of the fact.",
        "about": "Use the words of the fact.",
        "claims": "Do not praise or promise anything.",
        "numbers": "Write no number that is not in the fact.",
        "form": "Write one whole line and say nothing twice.",
        "sense": "Write one whole line and say nothing twice.",
        "own words": "Do not repeat the examples.",
    },
    "zh": {
        "length": "写短一点。",
        "grounding": "只用片段里的词。",
        "sense": "不要离开片段。",
        "about": "要写到商品。",
        "claims": "不夸大，不承诺。",
        "numbers": "不写数字。",
        "form": "写完整的一句话，不要重复。",
        "own words": "不要照抄例子。",
    },
}
"""what a failed check asks of the second try; a small model repeats anything longer as if it were copy"""


class CopyHouse(Protocol):
    """What the copywriter needs of the house."""

    @property
    def settings(self) -> Settings: ...
    @property
    def store(self) -> Store: ...
    @property
    def retrieval(self) -> Retrieval: ...
    @property
    def readers(self) -> Readers: ...
    def voice(self, task: str, language: str) -> Voice: ...


@dataclass(frozen=True, slots=True)
class Written:
    """A result with every line that was judged on the way: of the first round, and of the repair round."""

    result: CopyResult
    first: tuple[Line, ...]
    second: tuple[Line, ...]


def write_copy(house: CopyHouse, request: CopyRequest) -> CopyResult:
    """At most `request.count` variants. Raises `UserError` for a wrong order and `ModelMissing` for a language that no
    installed model speaks."""
    return write_with_lines(house, request).result


def write_with_lines(house: CopyHouse, request: CopyRequest) -> Written:
    """As `write_copy`, with the lines behind it, for measuring how many pass."""
    began = time.monotonic()
    wanted = _checked(request)
    product, brand = house.store.shop.product(request.product_id), house.store.shop.brand()
    reader, told = audience(house, request, product, brand)
    material = gather(product, brand, request.brief, request.language)
    writer = _writer(house.voice("copy", request.language), material, request)
    commission = Commission(request, material, reader, writer)
    desk = _Desk(house, commission)
    first = desk.write(first_orders(commission, wanted))
    variants = assemble(first, wanted, material, request.language, request.count)
    second: list[Line] = []
    if len(variants) < request.count:
        weak = [part for part in wanted.parts if part.writes != "brand" and _lacks(part, first, request)]
        orders = [
            o
            for part in weak
            for o in second_orders(commission, part, _failures(part, first, request.language), _yields(part, first))
        ]
        second = [_as_mended(line) for line in desk.write(orders)]
        variants = assemble([*first, *second], wanted, material, request.language, request.count)
    result = _result(request, wanted, material, variants, [*first, *second], told, desk, time.monotonic() - began)
    _mark(house, [*first, *second], variants)
    return Written(result, tuple(first), tuple(second))


def _writer(voice: Voice, material: Material, request: CopyRequest) -> Voice:
    """A tuned Chinese voice words the record's facts; where there are too few, the bare model tells scenes."""
    worded = request.language != "zh" or len(record_facts(material.product)) >= ENOUGH
    return voice if worded else voice.bare


class _Desk:
    """Asks the model through the paper trail and reads what comes back."""

    def __init__(self, house: CopyHouse, commission: Commission) -> None:
        self.house, self.voice = house, commission.voice
        self.request, self.material = commission.request, commission.material
        self.prompts: dict[str, None] = {}

    def write(self, orders: Sequence[Order]) -> list[Line]:
        answered = ask_all([order.ask for order in orders], self.voice.engine, self.house.store.generations)
        lines: list[Line] = []
        for order, answer in zip(orders, answered, strict=True):
            self.prompts[order.ask.rendered.ref] = None
            for generation in answer.generations:
                read = read_lines(
                    generation, order.part, self.material, self.request.language, order.phrase, order.prompt
                )
                lines += [replace(line, role=order.role) for line in read]
        return lines


def _checked(request: CopyRequest) -> Channel:
    wanted = channel(request.channel)
    if not 1 <= request.count <= MOST_VARIANTS:
        raise UserError("-n", request.count, f"1 to {MOST_VARIANTS} variants")
    if request.language not in LANGUAGES:
        raise UserError("--lang", request.language, f"one of {', '.join(LANGUAGES)}", "choose one of these")
    return wanted


def _lacks(part: Part, lines: Sequence[Line], request: CopyRequest) -> bool:
    good: dict[Role, set[str]] = {line.role: set() for line in lines if line.part == part.name}
    for line in lines:
        if line.part == part.name and line.passed:
            good[line.role].add(line.text.casefold())
    return min(map(len, good.values()), default=0) < request.count * part.wanted


def _yields(part: Part, lines: Sequence[Line]) -> dict[str, float]:
    """phrase -> share of its lines in this part that passed and were not written before."""
    asked: Counter[str] = Counter()
    good: Counter[str] = Counter()
    seen: set[str] = set()
    for line in (line for line in lines if line.part == part.name):
        asked[line.phrase] += 1
        good[line.phrase] += line.passed and line.text.casefold() not in seen
        seen.add(line.text.casefold())
    return {phrase: good[phrase] / count for phrase, count in asked.items()}


def _failures(part: Part, lines: Sequence[Line], language: str) -> list[str]:
    """Which checks failed in this part, the most frequent first, as plain demands on the next try."""
    names = Counter(
        check.name for line in lines if line.part == part.name for check in line.checks if not check.ok and check.detail
    )
    return [DEMANDS[language][name] for name, _ in names.most_common() if name in DEMANDS[language]]


def _as_mended(line: Line) -> Line:
    return replace(line, mended=True)


def _result(
    request: CopyRequest,
    wanted: Channel,
    material: Material,
    variants: Sequence[Assembled],
    lines: Sequence[Line],
    told: Conditioning,
    desk: _Desk,
    seconds: float,
) -> CopyResult:
    failed = {line.text: line.failure for line in lines if not line.passed}
    dropped = [Dropped(reason, text) for text, reason in failed.items()][:DROPPED_SHOWN]
    return CopyResult(
        variants=tuple(_variant(rank, one, wanted, material) for rank, one in enumerate(variants, start=1)),
        dropped=tuple(dropped),
        conditioned_on=told,
        prompt=", ".join(desk.prompts),
        model=desk.voice.engine.model,
        adapter=desk.voice.adapter,
        seed=request.seed,
        seconds=round(seconds, 3),
    )


def _variant(rank: int, variant: Assembled, wanted: Channel, material: Material) -> CopyVariant:
    lines = variant.all_lines()
    names = dict.fromkeys(check.name for line in lines for check in line.checks)
    return CopyVariant(
        parts=shown(variant, wanted, material),
        rank=rank,
        score=variant.score,
        score_kind="heuristic",
        score_reasons=variant.reasons,
        facts=_stated(lines, material),
        checks=tuple(CheckResult(name, True) for name in names),
        repaired=any(line.mended for line in lines),
    )


def _stated(lines: Sequence[Line], material: Material) -> tuple[Fact, ...]:
    """The facts that these lines state: those whose slot is filled, and those whose phrase a line was made from."""
    texts = " ".join(line.text for line in lines)
    slots = {name for name in material.slots if f"{{{name}}}" in texts}
    shown_texts = " ".join(fill(line.text, material.slots) for line in lines).casefold()
    phrases = {line.phrase for line in lines}
    return tuple(
        fact
        for fact in material.facts
        if fact.key in slots
        or any(phrase in fact.value or fact.value in phrase for phrase in phrases if len(phrase) > 1)
        or (fact.key in ("brand", "keyword") and fact.value.casefold() in shown_texts)
    )


def _mark(house: CopyHouse, lines: Sequence[Line], variants: Sequence[Assembled]) -> None:
    """Write the verdicts into the paper trail: accepted are the texts that stand in a variant."""
    kept = {(line.generation.key, line.generation.index) for variant in variants for line in variant.all_lines()}
    seen: set[tuple[str, int]] = set()
    for line in lines:
        place = (line.generation.key, line.generation.index)
        if place not in seen and line.generation.accepted is None:
            seen.add(place)
            house.store.generations.mark(*place, accepted=place in kept, checks=line.checks)
