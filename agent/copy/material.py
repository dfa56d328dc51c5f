"""Everything that one order may draw on: facts with their sources, slots that code fills, words to keep to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from agent.checks.grounding import glossed
from agent.checks.language import HAN
from agent.copy.naming import short_name
from agent.copy.phrases import phrases
from agent.copy.things import Thing, thing_of, worlds
from agent.copy.wording import chinese_facts
from core.copy import Brief
from core.facts import Fact
from core.shop import Brand, Product
from retrieval.facts import format_amount, price_range, product_facts

FACTS_SLOTTED = 2
SIGNS: Mapping[str, str] = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "JPY": "¥"}


@dataclass(frozen=True, slots=True)
class Material:
    product: Product
    name: str
    """short, for the slot `{product}`"""
    called: str
    """what the prompt calls it: its name, or in Chinese copy of a foreign product its first words and what it is"""
    facts: tuple[Fact, ...]
    phrases: tuple[str, ...]
    """what a line may be made from, one thought each"""
    wishes: tuple[str, ...]
    """what the brief wants said, first of all"""
    slots: Mapping[str, str]
    """slot name -> the text that code puts there"""
    thing: Thing | None
    """what the product is; of Chinese copy alone"""
    must_say: tuple[str, ...]
    must_not_say: tuple[str, ...]
    """the brief's and the brand's"""

    @property
    def licence(self) -> tuple[str, ...]:
        """Every string that licenses a number, a claim or a word."""
        return (
            *(fact.value for fact in self.facts),
            *self.product.name.values(),
            *self.slots.values(),
            *self.phrases,
            *self.thing_words,
            *((self.thing.measured, *worlds(self.product.named("en"))) if self.thing else ()),
        )

    @property
    def thing_words(self) -> tuple[str, ...]:
        """What the product is called in Chinese copy."""
        return (self.thing.word, *self.thing.also) if self.thing else ()


def gather(product: Product, brand: Brand | None, brief: Brief, language: str) -> Material:
    """The material for copy in `language`. Facts of the product in other languages license too, but are not shown."""
    own = product_facts(product, language)
    foreign = [fact for code in product.description if code != language for fact in product_facts(product, code)]
    said = _from_brief(brief)
    facts = tuple(dict.fromkeys((*said, *own, *foreign, *_from_brand(brand))))
    name = short_name(product.named(language))
    wishes = tuple(_wishes(brief, language))
    thing = thing_of(product, name) if language == "zh" else None
    return Material(
        product=product,
        name=name,
        called=_called(product, name, language),
        facts=facts,
        phrases=phrases(product, wishes, language),
        wishes=wishes,
        slots={**_slots(product, name, brand, brief), **(_fact_slots(product) if thing else {})},
        thing=thing,
        must_say=brief.must_say,
        must_not_say=(*brief.must_not_say, *(brand.words_to_avoid if brand else ())),
    )


def _called(product: Product, name: str, language: str) -> str:
    """A whole English name pulls a small model out of its Chinese; two words of it and a Chinese noun do not."""
    if language != "zh" or HAN.search(name):
        return name
    things = glossed([product.named("en"), *product.category[-1:]])[:1]
    first = [word for word in name.split()[:2] if word[0].isalnum()]
    return " ".join([*first, *things]) if things else name


def price_text(amount: Decimal, currency: str | None) -> str:
    """`79` in USD as `$79.00`, in SEK as `79.00 SEK`."""
    sign = SIGNS.get(currency or "")
    figure = format_amount(amount)
    return f"{sign}{figure}" if sign else f"{figure} {currency or ''}".strip()


def _slots(product: Product, name: str, brand: Brand | None, brief: Brief) -> dict[str, str]:
    prices = price_range(product)
    one_price = prices[0] if prices and prices[0] == prices[1] else None
    currency = product.currency or (brand.currency if brand else None)
    values = {
        "product": name,
        "brand": product.brand or (brand.name if brand else ""),
        "price": price_text(one_price, currency) if one_price is not None else "",
        "offer": brief.offer,
    }
    return {slot: value for slot, value in values.items() if value}


def _fact_slots(product: Product) -> dict[str, str]:
    facts = chinese_facts(product)[:FACTS_SLOTTED]
    return {f"fact_{place}": fact for place, fact in enumerate(facts, start=1)}


def _wishes(brief: Brief, language: str) -> list[str]:
    """What the brief wants said, first of all; a text in the other language would only confuse the model."""
    wanted = [*brief.must_say, brief.key_message]
    return [text for text in wanted if text.strip() and bool(HAN.search(text)) == (language == "zh")]


def _from_brief(brief: Brief) -> list[Fact]:
    pairs = [("offer", brief.offer), ("key_message", brief.key_message), ("audience", brief.audience)]
    pairs += [("must_say", text) for text in brief.must_say] + [("keyword", word) for word in brief.keywords]
    return [Fact(key, value, f"brief:{key}") for key, value in pairs if value.strip()]


def _from_brand(brand: Brand | None) -> list[Fact]:
    if brand is None:
        return []
    return [Fact("shop", brand.name, "brand"), *(Fact("brand_word", word, "brand") for word in brand.words_to_use)]
