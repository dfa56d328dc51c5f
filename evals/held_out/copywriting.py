"""The copywriter on a held-out shop: every product on every channel, each line judged as the model wrote it.

The checks of serving differ between a bare model and a tuned one, so lines are judged here again by those that both
share (`fidelity.fit`); what serving made of them is counted beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product as every
from typing import TYPE_CHECKING

from agent.channels import Part, channel
from agent.copy.editing import cleaned, without_full_stop
from agent.copy.judging import judge
from agent.copy.lines import TOPIC_PARTING
from agent.copy.material import Material, gather
from core.copy import CopyRequest
from core.facts import CheckResult
from core.generation import Generation
from evals.held_out.counts import Count
from evals.held_out.fidelity import carries, failures, fit, invented, quotes
from evals.held_out.plan import Plan
from evals.held_out.results import Case

if TYPE_CHECKING:
    from agent.copy.lines import Line
    from agent.copywriter import Written
    from agent.house import House

CHANNELS = {"en": ("google-rsa", "meta-feed"), "zh": ("xiaohongshu", "wechat-article")}
VARIANTS = {"quick": 2, "full": 3}
WRONG_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Raw:
    """One text as the model wrote it, with what it was asked for."""

    text: str
    part: Part
    phrase: str
    prompt: str
    cut_off: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """One text's judgements; `wrong` says in words what failed."""

    fit: bool
    numbers: bool
    claims: bool
    on_fact: bool
    own_words: bool
    wrong: tuple[str, ...]

    @property
    def faithful(self) -> bool:
        return self.numbers and self.claims and self.on_fact


def copy_cases(house: House, shop: str, language: str, plan: Plan) -> Iterator[Case]:
    """One case for each product, channel and seed."""
    for request in copy_requests(house, language, plan):
        yield copy_case(house, shop, request)


def copy_requests(house: House, language: str, plan: Plan) -> list[CopyRequest]:
    """The orders of a run."""
    products = plan.products(house.store.shop.products())
    count = VARIANTS["quick" if plan.quick else "full"]
    return [
        CopyRequest(product.id, name, language=language, count=count, seed=seed)
        for product, name, seed in every(products, CHANNELS[language], range(plan.draws))
    ]


def copy_case(house: House, shop: str, request: CopyRequest) -> Case:
    """The order written, and judged from outside."""
    from agent.copywriter import write_with_lines

    written = write_with_lines(house, request)
    product = house.store.shop.product(request.product_id)
    material = gather(product, house.store.shop.brand(), request.brief, request.language)
    verdicts = [
        verdict(raw, material, request.language) for raw in raw_texts(written.first, request.channel, request.language)
    ]
    wrong = list(dict.fromkeys(fault for one in verdicts for fault in one.wrong))
    return Case(
        id=f"copy/{shop}/{request.product_id}/{request.channel}/{request.language}/{request.seed}",
        language=request.language,
        asked=f"{product.named(request.language)}, {request.channel}",
        shown=tuple(_shown(written)),
        wrong=tuple(wrong[:WRONG_SHOWN]),
        counts={**_counts(verdicts), **_served(written, request.count)},
        seconds=written.result.seconds,
    )


def raw_texts(lines: Iterable[Line], channel_name: str, language: str) -> list[Raw]:
    """What the model wrote, before anything was mended: each text once, however many lines were made of it."""
    parts = {part.name: part for part in channel(channel_name).parts}
    answers = {(line.generation.key, line.generation.index): line for line in lines}
    return [
        Raw(text, parts[line.part], line.phrase, line.generation.prompt.partition("@")[0], cut_off)
        for line in answers.values()
        for text, cut_off in _texts(line.generation, parts[line.part])
    ]


def verdict(raw: Raw, material: Material, language: str) -> Verdict:
    """The judgements on one text."""
    checks = judge(raw.text, raw.part, material, language, raw.prompt)
    if raw.cut_off:
        checks = (*checks, CheckResult("form", False, "is cut off"))
    numbers, claims = invented(raw.text, material.licence, language)
    on_fact = carries(raw.text, raw.phrase)
    wrong = [*failures(checks), *([] if on_fact else ["fact: carries no word of it"])]
    shown = tuple(f"{raw.part.name}: {raw.text!r} of {raw.phrase!r}: {fault}" for fault in wrong)
    return Verdict(fit(checks), not numbers, not claims, on_fact, not quotes(raw.text, raw.phrase), shown)


def _texts(generation: Generation, part: Part) -> list[tuple[str, bool]]:
    """(text, whether its end is missing): the first line, or each topic of a list."""
    cut_off = generation.finish == "length"
    if part.writes == "topics":
        return [(text, False) for piece in TOPIC_PARTING.split(generation.text) if (text := cleaned(piece))]
    first = cleaned(next((line for line in generation.text.splitlines() if line.strip()), ""))
    return [(without_full_stop(first) if part.writes == "headline" else first, cut_off)]


def _counts(verdicts: Sequence[Verdict]) -> dict[str, Count]:
    of = len(verdicts)
    return {
        "as_written": Count(sum(one.fit for one in verdicts), of),
        "numbers": Count(sum(one.numbers for one in verdicts), of),
        "claims": Count(sum(one.claims for one in verdicts), of),
        "on_fact": Count(sum(one.on_fact for one in verdicts), of),
        "own_words": Count(sum(one.own_words for one in verdicts), of),
        "faithful": Count(sum(one.faithful for one in verdicts), of),
    }


def _served(written: Written, count: int) -> dict[str, Count]:
    lines = (*written.first, *written.second)
    return {
        "as_served": Count(sum(line.passed and not line.mended for line in written.first), len(written.first)),
        "after_repair": Count(sum(line.passed for line in lines), len(lines)),
        "filled": Count(int(len(written.result.variants) >= count)),
    }


def _shown(written: Written) -> Iterator[str]:
    for variant in written.result.variants:
        for part, texts in variant.parts.items():
            yield from (f"{part}: {text}" for text in ([texts] if isinstance(texts, str) else texts))


def texts_shown(cases: Iterable[Case]) -> list[str]:
    """The texts of all variants of copy cases, without the names of their parts."""
    return [line.partition(": ")[2] for case in cases for line in case.shown]
