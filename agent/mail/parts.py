"""The parts of a personal e-mail and what each is asked with.

A small model writes one sentence for one purpose far better than a whole mail, and one sentence can be checked, kept or
dropped alone; so a mail is five short texts. A part's prompt sees only what that part needs: equal needs of different
contexts share one generation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from agent.trail import Ask
from core.facts import Fact
from core.mail import EmailContext
from core.shop import Product
from insight.segments import SEGMENTS
from prompts.library import load_prompt

PartName = Literal["subject", "opening", "pitch", "closing", "button"]
PARTS: tuple[PartName, ...] = ("subject", "opening", "pitch", "closing", "button")
FACTS_IN_A_PITCH = 3
SAID_OTHERWISE = frozenset({"name", "brand", "category", "price", "price_from", "price_to", "currency"})
"""facts that are slots or that every prompt has in another place"""
LIKES = {"en": ", likes {category}", "zh": "，喜欢{category}"}
UNKNOWN_READER = {"en": "customer", "zh": "顾客"}


@dataclass(frozen=True, slots=True)
class Occasion:
    """A context with the records that its prompts are made from."""

    context: EmailContext
    product: Product
    facts: tuple[Fact, ...]
    """what may be said of the product, in the context's language; the best first"""
    seed: int


def ask_for(part: PartName, occasion: Occasion, count: int, mend: str = "", skip: int = 0) -> Ask:
    """The ask for `count` candidates of one part. `mend` names what was wrong with the last ones; `skip` moves on to
    other facts and other seeds, so that a second try is not the first one again."""
    context = occasion.context
    inputs = {name: value for name, value in _inputs(part, occasion, skip).items() if value}
    rendered = load_prompt(f"email/{part}", context.language).render(**inputs, mend=mend)
    return Ask(
        task="email",
        rendered=rendered,
        sampling=replace(rendered.sampling, seed=occasion.seed + 1000 * skip),
        inputs={"campaign": context.campaign, "product_id": occasion.product.id, "part": part, **inputs},
        count=count,
        sources=tuple(sorted({fact.source for fact in occasion.facts})) if part == "pitch" else (),
        customer_id=context.recipient,
    )


def reader(context: EmailContext) -> str:
    """Who reads, in words for the prompt: the segment's title and what they like."""
    known = SEGMENTS.get(context.segment)
    title = known.title[context.language] if known and context.segment != "unknown" else ""
    who = title or UNKNOWN_READER[context.language]
    likes = LIKES[context.language].replace("{category}", context.favourite_category.replace("-", " "))
    return who + likes if context.favourite_category else who


def kind(product: Product, language: str) -> str:
    """What sort of thing it is, in a few words: its narrowest category, or else its name."""
    if language == "en" and product.category:
        return product.category[-1].replace("-", " ")
    return product.named(language)


def _inputs(part: PartName, occasion: Occasion, skip: int) -> dict[str, object]:
    context = occasion.context
    sort = kind(occasion.product, context.language)
    common = {"reader": reader(context), "goal": context.goal, "tone": context.tone}
    match part:
        case "subject":
            return {"kind": sort, **common}
        case "opening":
            mood = context.sentiment if context.sentiment != "unknown" else ""
            return {**common, "mood": mood, "bought": "last_product" in context.slots}
        case "pitch":
            facts = _some(occasion.facts, skip)
            return {"kind": sort, "facts": facts, "reader": common["reader"], "tone": context.tone}
        case "closing":
            return {**common, "price": "price" in context.slots, "offer": "offer" in context.slots}
        case "button":
            return {"kind": sort, "goal": context.goal}


def _some(facts: Sequence[Fact], skip: int) -> list[str]:
    """A few facts, other ones at each try; all if there are few."""
    said = [_phrase(fact) for fact in facts if fact.key not in SAID_OTHERWISE]
    if len(said) <= FACTS_IN_A_PITCH:
        return said
    start = skip * FACTS_IN_A_PITCH % len(said)
    return [*said, *said][start : start + FACTS_IN_A_PITCH]


def _phrase(fact: Fact) -> str:
    """The fact as it may stand in a list: a description's sentence as it is, an attribute with its name."""
    value = fact.value.rstrip(".。")
    if fact.key == "description":
        return value
    return fact.key if value.lower() in ("yes", "true", "是") else f"{fact.key}: {value}"
