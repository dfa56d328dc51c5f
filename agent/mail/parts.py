"""The parts of a personal e-mail and what each is asked with.

A small model writes one sentence for one purpose far better than a whole mail, and one sentence can be checked, kept or
dropped alone; so a mail is five short texts. A part's prompt sees only what that part needs: equal needs of different
contexts share one generation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from agent.trail import Ask
from core.facts import Fact
from core.mail import EmailContext
from core.shop import Product
from prompts.library import load_prompt

PartName = Literal["subject", "opening", "pitch", "closing", "button"]
PARTS: tuple[PartName, ...] = ("subject", "opening", "pitch", "closing", "button")
QUIET = {"en": "someone who has been away for a while", "zh": "很久没来的朋友"}
OLD_FRIEND = {"en": "an old friend of the shop", "zh": "老朋友"}
READERS = {
    "champions": OLD_FRIEND,
    "big-spenders": OLD_FRIEND,
    "loyal": {"en": "someone who comes back often", "zh": "常来的朋友"},
    "new-customers": {"en": "someone new here", "zh": "刚来的朋友"},
    "bargain-hunters": {"en": "someone who loves a bargain", "zh": "会挑好价钱的朋友"},
    "at-risk": QUIET,
    "hibernating": QUIET,
    "lost": QUIET,
}
"""segment -> who reads, in the words of the prompts' examples: a small model follows what it has been shown, and it
repeats it, so nobody is called a customer here"""
ANYONE = {"en": "a friend of the shop", "zh": "朋友"}
LONGEST_NAME = 5
"""words, up to which an English product name ends in what the thing is"""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A context with the records that its prompts are made from."""

    context: EmailContext
    product: Product
    facts: tuple[Fact, ...]
    """what may be said of the product, in the context's language"""
    quotations: tuple[Fact, ...]
    """at most two of them, worded to stand in a sentence: they fill the slots fact_1 and fact_2"""
    seed: int


def ask_for(
    part: PartName, occasion: Occasion, count: int, mend: str = "", attempt: int = 0, bare: bool = False
) -> Ask:
    """The ask for `count` candidates of one part. `mend` says what to mind after a failure; `attempt` counts from 0 and
    moves the seed on, so that a second try is not the first one again. `bare`: for a model tuned on the task."""
    context = occasion.context
    inputs = {name: value for name, value in _inputs(part, occasion).items() if value}
    if attempt:
        # A recommendation without facts is easier to write than one with them, and better than none.
        inputs.pop("facts", None)
    rendered = load_prompt(f"email/{part}", context.language, bare=bare).render(**inputs, mend=mend)
    return Ask(
        task="email",
        rendered=rendered,
        sampling=replace(rendered.sampling, seed=occasion.seed + 1000 * attempt),
        inputs={"part": part, "attempt": attempt, **inputs},
        count=count,
        sources=(f"product:{occasion.product.id}",) if part == "pitch" else (),
        customer_id=context.recipient,
        lane="batch",
    )


def kind(product: Product, language: str) -> str:
    """What sort of thing it is, in a few words: the end of an English name, a narrow category, or else the name.

    `Merino 200 Long-Sleeve Top` is a long-sleeve top.
    """
    name = product.named(language)
    if language != "en":
        return name
    # `Long-Sleeve` is one word, and of `25 m` the `m` is none
    words = [word for word in name.split() if word.replace("-", "").isalpha() and len(word) > 1]
    if words and len(name.split()) <= LONGEST_NAME:
        return " ".join(words[-2:]).lower()
    return product.category[-1].replace("-", " ").lower() if product.category else " ".join(words[:3]).lower()


def _inputs(part: PartName, occasion: Occasion) -> dict[str, object]:
    context = occasion.context
    sort = kind(occasion.product, context.language)
    common = {"reader": READERS.get(context.segment, ANYONE)[context.language], "tone": context.tone}
    match part:
        case "subject":
            return {"kind": sort, **common}
        case "opening":
            mood = context.sentiment if context.sentiment != "unknown" else ""
            return {**common, "goal": context.goal, "mood": mood, "bought": "last_product" in context.slots}
        case "pitch":
            return {"kind": sort, **common, "facts": len(occasion.quotations)}
        case "closing":
            offer = "offer" in context.slots
            return {**common, "goal": context.goal, "price": "price" in context.slots, "offer": offer}
        case "button":
            return {"kind": sort}
