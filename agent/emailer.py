"""The e-mailer: contexts in, one checked message for each out. `campaigns` decides who gets it.

For each part of each context some candidates are asked for at once; a part of which none passed is asked for again,
with the failure named, and more candidates each time. A context of which a part still fails has no message: the reasons
are told, nothing is filled in from a template.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from agent.house import House
from agent.mail.assembling import best, message
from agent.mail.judging import Candidate, judge
from agent.mail.parts import PARTS, Occasion, PartName, ask_for
from agent.mail.quoting import quotations
from agent.trail import Ask, ask_all
from agent.voice import Voice
from core.mail import EmailContext, EmailOutcome
from core.shop import Brand

TRIES = (3, 6, 12, 24)
"""candidates for each part at each try; later tries are for the few parts of which none passed yet"""
ADVICE = {
    "en": {
        "slots": "keep the words in braces",
        "length": "one short sentence",
        "form": "one simple sentence",
        "claims": "only what is known",
        "grounding": "plain words",
        "numbers": "words only",
        "addressee": "speak to one friend",
    },
    "zh": {
        "slots": "保留花括号里的词",
        "length": "一句短话",
        "form": "一句简单的话",
        "claims": "只说已知的事",
        "grounding": "用朴素的词",
        "numbers": "不写数字",
        "addressee": "像对朋友说话",
    },
}
"""check that failed -> what the repair prompt says"""
CONTEXTS_AT_ONCE = 24
"""contexts whose parts share a batch: enough to fill one engine, few enough that a kill loses little"""


@dataclass
class _Desk:
    """One context on its way to a message."""

    occasion: Occasion
    candidates: dict[PartName, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    generations: int = 0
    new_tokens: int = 0
    repaired: bool = False

    def lacking(self) -> list[PartName]:
        return [part for part in PARTS if best(self.candidates[part]) is None]

    def failure(self, part: PartName) -> str:
        """What was wrong with the latest candidate, for people."""
        return self.candidates[part][-1].failure if self.candidates[part] else ""

    def advice(self, part: PartName) -> str:
        """The same for the model: what to do rather than what not to do, for it repeats the words it is given."""
        failed = [check.name for one in self.candidates[part] for check in one.checks if not check.ok]
        most = max(set(failed), key=lambda name: (failed.count(name), name), default="form")
        advice = ADVICE[self.occasion.context.language]
        return advice.get(most, advice["form"])


def write_emails(house: House, occasions: Sequence[Occasion]) -> Iterator[EmailOutcome]:
    """One outcome for each occasion, in order. All are of one language. Raises `ModelMissing` and `EngineFailed`."""
    if not occasions:
        return
    voice = house.voice("email", occasions[0].context.language)
    brand = house.store.shop.brand() or Brand(name="")
    at_once = CONTEXTS_AT_ONCE * house.writers
    for start in range(0, len(occasions), at_once):
        desks = [_Desk(occasion) for occasion in occasions[start : start + at_once]]
        for attempt in range(len(TRIES)):
            lacking = [(desk, part) for desk in desks for part in desk.lacking()]
            _try(house, voice, brand, lacking, attempt)
        yield from map(_outcome, desks)


def _try(house: House, voice: Voice, brand: Brand, wanted: Sequence[tuple[_Desk, PartName]], attempt: int) -> None:
    asks = [_ask(desk, part, attempt, voice) for desk, part in wanted]
    for (desk, part), answered in zip(wanted, ask_all(asks, voice.engine, house.store.generations), strict=True):
        desk.candidates[part] += [judge(part, made, desk.occasion, brand) for made in answered.generations]
        desk.generations += answered.fresh
        desk.new_tokens += answered.new_tokens


def _ask(desk: _Desk, part: PartName, attempt: int, voice: Voice) -> Ask:
    desk.repaired |= attempt > 0
    return asked_of(voice, part, desk.occasion, attempt, desk.advice(part) if attempt else "")


def asked_of(voice: Voice, part: PartName, occasion: Occasion, attempt: int = 0, mend: str = "") -> Ask:
    """What `voice` is asked for one part. English is drawn cooler at first; what failed is tried again as warm as the
    prompt says, and so is Chinese, which repeats itself when it is cool."""
    ask = ask_for(part, occasion, TRIES[attempt], mend, attempt, bare=voice.tuned)
    cool = attempt == 0 and occasion.context.language == "en"
    return replace(ask, adapter=voice.adapter, sampling=voice.drawn(ask.sampling) if cool else ask.sampling)


def _outcome(desk: _Desk) -> EmailOutcome:
    chosen = {part: found for part in PARTS if (found := best(desk.candidates[part])) is not None}
    complete = len(chosen) == len(PARTS)
    return EmailOutcome(
        context=desk.occasion.context,
        message=message(chosen, desk.occasion, desk.repaired) if complete else None,
        reasons=tuple(f"{part}: {desk.failure(part)}" for part in PARTS if part not in chosen),
        generations=desk.generations,
        new_tokens=desk.new_tokens,
    )


def occasion(house: House, context: EmailContext, seed: int) -> Occasion:
    """A context with its product and the facts that may be said of it."""
    from retrieval.facts import product_facts

    product = house.store.shop.product(context.product_id)
    facts = product_facts(product, context.language)
    return Occasion(context, product, facts, quotations(product, context.language, turn=seed), seed)
