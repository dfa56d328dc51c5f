"""The e-mailer on a held-out shop: products, readers of opposite segments, and what each part is as the model wrote it.

Two readers of one product differ in segment and mood alone. Their mails must differ in words, and must not differ in
what they say of product, price and offer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emailer import TRIES, asked_of, occasion, write_emails
from agent.mail.judging import Candidate, judge, licence
from agent.mail.parts import PARTS, Occasion
from agent.slots import open_slots
from agent.trail import ask_all
from core.mail import EmailContext, EmailMessage, EmailOutcome
from core.shop import Brand, Product
from evals.held_out.counts import Count
from evals.held_out.fidelity import failures, fit, invented, meanings
from evals.held_out.plan import FULL_PRODUCTS_MAILED, Plan
from evals.held_out.results import Case

if TYPE_CHECKING:
    from agent.house import House

READERS = (
    ("champions", "positive"),
    ("at-risk", "negative"),
    ("new-customers", "neutral"),
    ("bargain-hunters", "unknown"),
)
"""(segment, mood); the first two are opposites, and so are the last two"""
GOALS = {
    "en": ("say thank you and suggest one thing", "win them back", "tell them what is new", "ask them to look again"),
    "zh": ("表示感谢，推荐一件商品", "请他们回来看看", "介绍新品", "请他们再看一眼"),
}
OFFERS = {"en": "10% off until Sunday", "zh": "周日前九折"}
WRONG_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Written:
    """One context with its first candidates for every part, and what became of it."""

    occasion: Occasion
    first: tuple[Candidate, ...]
    outcome: EmailOutcome


def email_cases(house: House, shop: str, language: str, plan: Plan) -> Iterator[Case]:
    """One case for each product, reader and seed, and one for each pair of opposite readers."""
    for seed in range(plan.draws):
        written = write(house, occasions(house, language, plan, seed))
        brand = _brand(house)
        yield from (email_case(one, shop, brand) for one in written)
        for at in range(0, len(written), 2):
            yield _swap(written[at], written[at + 1], shop, brand)


def occasions(house: House, language: str, plan: Plan, seed: int) -> list[Occasion]:
    """The contexts of a run: all of `READERS`, in their order, for one product after the other."""
    products = plan.products(house.store.shop.products(), FULL_PRODUCTS_MAILED)
    told = (_for_readers(house, product, language, at, seed) for at, product in enumerate(products))
    return [one for readers in told for one in readers]


def write(house: House, told: Sequence[Occasion]) -> list[Written]:
    """Every context written. What its first candidates were is asked again, and found in the paper trail."""
    outcomes, brand = list(write_emails(house, told)), _brand(house)
    voice = house.voice("email", told[0].context.language)
    asks = [asked_of(voice, part, one) for one in told for part in PARTS]
    answered = ask_all(asks, voice.engine, house.store.generations)
    tried = [
        judge(part, made, one, brand)
        for (one, part), answer in zip(((one, part) for one in told for part in PARTS), answered, strict=True)
        for made in answer.generations
    ]
    each = len(PARTS) * TRIES[0]
    return [
        Written(one, tuple(tried[at * each : (at + 1) * each]), outcome)
        for at, (one, outcome) in enumerate(zip(told, outcomes, strict=True))
    ]


def _for_readers(house: House, product: Product, language: str, at: int, seed: int) -> Iterator[Occasion]:
    """Every second product is on offer; the goal is the product's, for opposite readers must be told the same."""
    offer = OFFERS[language] if at % 2 else ""
    fillable = {"first_name": True, "last_product": True, "product": True, "price": bool(product.price), "offer": offer}
    for segment, mood in READERS:
        context = EmailContext(
            campaign="held-out",
            goal=GOALS[language][at % len(GOALS[language])],
            product_id=product.id,
            language=language,
            segment=segment,
            sentiment=mood,
            price_band="",
            favourite_category="",
            tone="",
            offer=offer,
            slots=tuple(name for name, there in fillable.items() if there),
        )
        yield occasion(house, context, seed)


def email_case(one: Written, shop: str, brand: Brand) -> Case:
    """What became of one context."""
    language, message = one.occasion.context.language, one.outcome.message
    allowed = licence(one.occasion, brand)
    true = [not any(invented(candidate.text, allowed, language)) for candidate in one.first]
    wrong = list(dict.fromkeys(f"{c.part}: {c.text!r}: {fault}" for c in one.first for fault in failures(c.checks)))
    return Case(
        id=_id(one, shop, one.occasion.context.segment),
        language=language,
        asked=_asked(one.occasion),
        shown=mail_lines(message) if message else (),
        wrong=(*(f"no message: {reason}" for reason in one.outcome.reasons), *wrong[:WRONG_SHOWN]),
        counts={
            "as_written": Count(sum(fit(candidate.checks) for candidate in one.first), len(one.first)),
            "faithful": Count(sum(true), len(true)),
            "written": Count(int(message is not None)),
        },
    )


def _swap(one: Written, other: Written, shop: str, brand: Brand) -> Case:
    """Opposite readers of one product. Where either has no message there is nothing to compare."""
    pair, language = (one, other), one.occasion.context.language
    messages = [each.outcome.message for each in pair if each.outcome.message is not None]
    counts: dict[str, Count] = {}
    if len(messages) == len(pair):
        mine, theirs = (meanings(f"{message.subject} {message.body}") for message in messages)
        kept = all(terms_kept(message, each.occasion, brand) for message, each in zip(messages, pair, strict=True))
        counts = {"words_change": Count(int(bool(mine - theirs and theirs - mine))), "terms_kept": Count(int(kept))}
    segments = "-or-".join(each.occasion.context.segment for each in pair)
    return Case(
        id=_id(one, shop, segments),
        language=language,
        asked=f"{_asked(one.occasion)}; and for {other.occasion.context.segment}",
        shown=tuple(line for message in messages for line in mail_lines(message)),
        wrong=tuple(name for name, count in counts.items() if not count.hits),
        counts=counts,
    )


def terms_kept(message: EmailMessage, told: Occasion, brand: Brand) -> bool:
    """All that the mail says of the product is the record's, and it names the offer if there is one and only then."""
    text = f"{message.subject} {message.body} {message.call_to_action}"
    offered = "offer" in open_slots(text)
    quoted = (*licence(told, brand), *(fact.value for fact in told.quotations))
    return not any(invented(text, quoted, told.context.language)) and offered == bool(told.context.offer)


def mail_lines(message: EmailMessage) -> tuple[str, ...]:
    """The message as lines to read: subject, paragraphs, button."""
    return (f"Subject: {message.subject}", *message.body.split("\n\n"), f"[{message.call_to_action}]")


def _brand(house: House) -> Brand:
    return house.store.shop.brand() or Brand(name="")


def _id(one: Written, shop: str, reader: str) -> str:
    context = one.occasion.context
    return f"email/{shop}/{context.product_id}/{reader}/{context.language}/{one.occasion.seed}"


def _asked(one: Occasion) -> str:
    context = one.context
    offer = f", offer: {context.offer}" if context.offer else ""
    name = one.product.named(context.language)
    return f"{name} for {context.segment} ({context.sentiment}), goal: {context.goal}{offer}"
