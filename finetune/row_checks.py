"""Is a row fit to learn from? The checks that its text would meet at serving time, and that its facts are the record's.

A model learns what its rows do, so a row that production would refuse teaches refusal. Left out are checks
that guard against an untuned model's noise: how many of a line's words the record must have, what stands by a price.
Words that neither the record nor the list of everyday words has are for a person to judge: `muddy` paints a scene,
`waxed` states something of the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.channels import channel
from agent.checks.claims import unlicensed_claims
from agent.checks.form import flaws
from agent.checks.grounding import ungrounded_words
from agent.checks.language import is_language
from agent.checks.numbers import unlicensed_numbers
from agent.copy.judging import judge as judge_line
from agent.copy.material import gather
from agent.desk.hearing import HANDOFF
from agent.mail.judging import judge as judge_part
from agent.mail.judging import known_words
from agent.mail.parts import PARTS, Occasion
from agent.slots import without_slots
from core.copy import Brief
from core.errors import UserError
from core.facts import Fact
from core.generation import Generation, Sampling
from core.mail import EmailContext
from core.shop import Product
from finetune.corpus import ShopCorpus
from finetune.rows import OFFER_FACTS, AdLine, AdRow, EmailRow, Shown, SupportRow
from insight.customers.segments import SEGMENTS
from retrieval.facts import product_facts

OWN_LINE = "copy/ad"
"""the prompt whose examples an ad's line must not repeat"""
LEFT_OUT = frozenset({"about", "grounding", "sense"})
"""checks of production that are not a row's problem; `strange_words` lists what the second of them finds"""
KINDS = {
    "headline": {"headline", "offer"},
    "sentence": {"sentence", "offer"},
    "body": {"body"},
    "topics": {"topics"},
    "brand": set[str](),
}
"""what a part writes -> the kinds of line that it takes"""


@dataclass(frozen=True, slots=True)
class Problem:
    row: str
    field: str
    text: str
    why: str

    def __str__(self) -> str:
        return f"{self.row} {self.field}: {self.why}: {self.text!r}"


def problems(shop: ShopCorpus) -> Iterator[Problem]:
    """Everything that is wrong with the rows of one shop, in their order."""
    for ad in shop.ads:
        yield from _of_ad(ad, shop)
    for mail in shop.emails:
        yield from _of_email(mail, shop)
    for turn in shop.support:
        yield from _of_support(turn, shop)


def strange_words(shop: ShopCorpus) -> Iterator[tuple[str, str]]:
    """(word, id of the row) of each word that production would not find grounded, for a person to judge."""
    for ad in shop.ads:
        licence = gather(shop.products[ad.product], shop.brand, Brief(offer=ad.offer), ad.language).licence
        for line in ad.lines:
            words = ungrounded_words(without_slots(line.text), licence, ad.language)
            yield from ((word, ad.id) for word in words)
    for mail in shop.emails:
        for part in PARTS:
            text = getattr(mail.parts, part)
            occasion = occasion_of(mail, shop.products[mail.product])
            words = ungrounded_words(without_slots(text), known_words(part, occasion, shop.brand), mail.language)
            yield from ((word, mail.id) for word in words)


def _of_ad(row: AdRow, shop: ShopCorpus) -> Iterator[Problem]:
    product = shop.products.get(row.product)
    if product is None:
        yield Problem(row.id, "product", row.product, "is not in products.jsonl")
        return
    yield from _unknown_segment(row.id, row.segment)
    try:
        wanted = {part.name: part for part in channel(row.channel).parts}
    except UserError as error:
        yield Problem(row.id, "channel", row.channel, str(error))
        return
    material = gather(product, shop.brand, Brief(offer=row.offer), row.language)
    for line in row.lines:
        part = wanted.get(line.part)
        if part is None or line.kind not in KINDS[part.writes]:
            yield Problem(row.id, line.part, line.kind, f"is no kind of line for a part of {row.channel}")
            continue
        yield from _unstated(row, line, product)
        for text in _pieces(line):
            for check in judge_line(text, part, material, row.language, OWN_LINE):
                if not check.ok and check.name not in LEFT_OUT:
                    yield Problem(row.id, line.part, text, f"{check.name}: {check.detail}")


def _pieces(line: AdLine) -> list[str]:
    if line.kind == "topics":
        return [topic.strip() for topic in line.text.replace("，", ",").replace("、", ",").split(",")]
    return line.text.splitlines()


def _unstated(row: AdRow, line: AdLine, product: Product) -> Iterator[Problem]:
    """A fact that the record does not state in these very words."""
    if line.kind == "offer":
        if line.fact not in OFFER_FACTS[row.language].values() and line.fact != f"offer: {row.offer}":
            yield Problem(row.id, line.part, line.fact, f"is none of {', '.join(OFFER_FACTS[row.language].values())}")
        return
    if line.kind == "topics":
        return
    attributes = [f"{key}: {value}" for key, value in product.attributes_in(row.language).items()]
    record = "\n".join([product.named(row.language), product.described(row.language), *attributes]).casefold()
    pieces = _thoughts(line)
    for piece in pieces:
        plain = piece.replace("：", ":").strip(" .。").casefold()
        if plain not in record and plain.replace(": ", "") not in record.replace(": ", ""):
            yield Problem(row.id, f"{line.part}.fact", piece, "is not in the product's record in these words")


def _thoughts(line: AdLine) -> list[str]:
    """A body has several; a sentence may have two, parted as serving parts them."""
    if line.kind == "body":
        return line.fact.replace("；", ";").replace("、", ";").split(";")
    return line.fact.split(". ") if line.kind == "sentence" else [line.fact]


def _unknown_segment(row: str, segment: str) -> Iterator[Problem]:
    if segment and segment not in SEGMENTS:
        yield Problem(row, "segment", segment, f"is none of {', '.join(SEGMENTS)}")


def _of_email(row: EmailRow, shop: ShopCorpus) -> Iterator[Problem]:
    product = shop.products.get(row.product)
    if product is None:
        yield Problem(row.id, "product", row.product, "is not in products.jsonl")
        return
    yield from _unknown_segment(row.id, row.segment)
    occasion = occasion_of(row, product)
    for part in PARTS:
        judged = judge_part(part, _generation(getattr(row.parts, part)), occasion, shop.brand)
        for check in judged.checks:
            if not check.ok and check.name not in LEFT_OUT:
                yield Problem(row.id, part, getattr(row.parts, part), f"{check.name}: {check.detail}")


def occasion_of(row: EmailRow, product: Product) -> Occasion:
    """The row's situation as the e-mailer would be given it."""
    slots = {"first_name": True, "product": True, "last_product": row.bought, "price": row.price, "offer": row.offer}
    context = EmailContext(
        campaign=row.id,
        goal=row.goal,
        product_id=row.product,
        language=row.language,
        segment=row.segment,
        sentiment=row.sentiment,
        price_band="",
        favourite_category="",
        tone=row.tone,
        offer="{offer}" if row.offer else "",
        slots=tuple(name for name, fillable in slots.items() if fillable),
    )
    source = f"product:{row.product}"
    quoted = tuple(Fact(f"fact_{number}", fact, source) for number, fact in enumerate(row.facts, start=1))
    return Occasion(context, product, tuple(product_facts(product, row.language)), quoted, seed=0)


def _generation(text: str) -> Generation:
    return Generation("", 0, "email", "", "", None, Sampling(), text, "stop", 0.0, 0)


def _of_support(row: SupportRow, shop: ShopCorpus) -> Iterator[Problem]:
    unanswered = row.kind not in ("answerable", "planted")
    if (row.answer == HANDOFF) != (not row.cites) or (unanswered and row.answer != HANDOFF):
        yield Problem(row.id, "answer", row.answer, f"a row of kind {row.kind} with cites {list(row.cites)}")
    if any(not 0 <= at < len(row.passages) for at in row.cites):
        yield Problem(row.id, "cites", str(row.cites), f"of {len(row.passages)} passages, counted from 0")
        return
    if row.kind != "planted":
        yield from (Problem(row.id, "passages", one.text, why) for one in row.passages if (why := _foreign(one, shop)))
    if row.answer == HANDOFF:
        return
    licence = [f"{row.passages[at].title}. {row.passages[at].text}" for at in row.cites] + [row.question]
    found = {
        "form": [flaw for line in row.answer.splitlines() for flaw in flaws(line, row.language)],
        "language": [] if is_language(row.answer, row.language) else [f"is not in {row.language}"],
        "numbers": unlicensed_numbers(row.answer, licence, row.language),
        "claims": unlicensed_claims(row.answer, licence, row.language),
    }
    for name, wrong in found.items():
        if wrong:
            yield Problem(row.id, "answer", row.answer, f"{name}: {', '.join(wrong)}")


def _foreign(passage: Shown, shop: ShopCorpus) -> str:
    """Empty if the passage's sentences all stand in one article or product of the shop."""
    texts = [document.text for document in shop.documents]
    texts += [text for product in shop.products.values() for text in product.description.values()]
    wanted = "".join(passage.text.split())
    return "" if any(wanted in "".join(text.split()) for text in texts) else "is in no article or description"
