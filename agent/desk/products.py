"""Which product a question means, and what the record says of it: price and stock by code, the rest as a passage to
quote.

It knows records and words; it asks the search for candidates and no model for anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.desk.extraction import Asked
from agent.desk.wording import listed, money, say
from agent.desk.words import terms, vocabulary
from core.errors import NotFound
from core.facts import Citation, Passage
from core.shop import Product, Variant
from core.support import Sentence
from retrieval.facts import product_facts

if TYPE_CHECKING:
    from agent.house import House

CANDIDATES = 8
_PRICE_WORDS = {"en": "price cost how much money usd dollars each piece", "zh": "价格 多少钱 价钱 售价 卖"}
_STOCK_WORDS = {"en": "stock available availability left sold out instock", "zh": "现货 库存 有货 缺货 到货 卖完"}


@dataclass(frozen=True, slots=True)
class Meant:
    """Products that a question names: one, several that fit equally well, or none."""

    products: tuple[Product, ...]
    named: frozenset[str]
    """the question's terms that name them"""


def products_meant(house: House, asked: Asked, remembered: Sequence[str]) -> Meant:
    """The products of the search whose names share most words with the question, unless it names none.

    `remembered` are sources cited in the turn before: `how heavy is it?` means those.
    """
    found = [house.store.shop.product(hit.id) for hit in house.retrieval.search_products(asked.query, k=CANDIDATES)]
    own, before = frozenset(asked.terms), frozenset(asked.background)
    names = [(_name_terms(product, asked.language), product) for product in found]
    shares = [(name & (own | before), (len(name & own), len(name & before)), product) for name, product in names]
    most = max((count for _, count, _ in shares), default=(0, 0))
    best = [(shared, product) for shared, count, product in shares if count == most] if any(most) else []
    named_now = any(shared & set(asked.terms) for shared, _ in best)
    if asked.background and not named_now and (back := _remembered(house, remembered)):
        return Meant(back, frozenset())
    return Meant(tuple(product for _, product in best), frozenset().union(*(shared for shared, _ in best)))


def tell_price_or_stock(asked: Asked, meant: Meant, currency: str | None) -> Sentence | None:
    """The answer where only the price, or only the stock, of one product is asked; None where anything else is."""
    if len(meant.products) != 1:
        return None
    product = meant.products[0]
    known = meant.named | _options(product, asked.language)
    rest = set(asked.terms) - known
    price, stock = _only(rest, _PRICE_WORDS, asked.language), _only(rest, _STOCK_WORDS, asked.language)
    if asked.expected and asked.expected.kind == "money" and price:
        return _price(asked, product, currency)
    if rest and price and not stock:
        return _price(asked, product, currency)
    return _stock(asked, product) if rest and stock else None


def asks_price_or_stock(asked: Asked, meant: Meant) -> bool:
    """Whether nothing but price or stock of some product is asked."""
    rest = set(asked.terms) - meant.named
    priced = asked.expected is not None and asked.expected.kind == "money" and _only(rest, _PRICE_WORDS, asked.language)
    return bool(meant.named) and (priced or (bool(rest) and _only(rest, _STOCK_WORDS, asked.language)))


def which_one(meant: Meant, language: str) -> str:
    """Asks back among products that fit equally well, naming at most four."""
    names = [product.named(language) for product in meant.products[:4]]
    return say("clarify_which", language, names=listed(names, language, last="or"))


def product_passage(product: Product, language: str) -> Passage:
    """A product's record as sentences that can be quoted, the name in each of them. The price is left to the tool: an
    amount beside the right name would answer any question on cost (a repair's, the delivery's) wrongly.
    """
    name, stop = product.named(language), "。" if language == "zh" else "."
    colon = "：" if language == "zh" else ": "
    lines = []
    for fact in product_facts(product, language):
        if fact.key == "description":
            lines.append(fact.value)
        elif fact.key not in ("name", "price", "price_from", "price_to", "currency", "category"):
            lines.append(f"{name}{' - ' if language != 'zh' else '，'}{fact.key}{colon}{fact.value}{stop}")
    source = f"product:{product.id}"
    return Passage(source, source, name, "\n\n".join(lines), language, 0.0)


def _price(asked: Asked, product: Product, currency: str | None) -> Sentence | None:
    chosen = tuple(v for v in product.variants if _options_of(v, asked.language) & set(asked.terms)) or product.variants
    text = _price_text(product, chosen, asked.language, currency)
    if not text:
        return None
    quote = f"price: {', '.join(dict.fromkeys(str(v.price) for v in chosen if v.price is not None)) or product.price}"
    return Sentence(text, (Citation(f"product:{product.id}", quote),))


def _price_text(product: Product, variants: Sequence[Variant], language: str, currency: str | None) -> str:
    prices = [variant.price for variant in variants if variant.price is not None]
    if not prices and product.price is not None:
        prices = [product.price]
    if not prices:
        return ""
    unit, name = product.currency or currency, product.named(language)
    low, high = min(prices), max(prices)
    if low == high:
        return say("price", language, product=name, price=money(low, unit))
    return say("price_range", language, product=name, low=money(low, unit), high=money(high, unit))


def _stock(asked: Asked, product: Product) -> Sentence | None:
    wanted = [v for v in product.variants if _options_of(v, asked.language) & set(asked.terms)] or list(
        product.variants
    )
    able = [_available(variant) for variant in wanted]
    if not able and product.stock is None:
        return None
    have, all_have = (any(able), all(able)) if able else (bool(product.stock), bool(product.stock))
    name = "in_stock" if all_have else "in_stock_some" if have else "out_of_stock"
    quote = f"available: {sum(able)} of {len(able)} versions" if able else f"stock: {product.stock}"
    text = say(name, asked.language, product=product.named(asked.language))
    return Sentence(text, (Citation(f"product:{product.id}", quote),))


def _available(variant: Variant) -> bool:
    return variant.available and (variant.stock is None or variant.stock > 0)


def _remembered(house: House, sources: Sequence[str]) -> tuple[Product, ...]:
    found = []
    for source in sources:
        if source.startswith("product:"):
            try:
                found.append(house.store.shop.product(source.removeprefix("product:")))
            except NotFound:  # it has left the shop since
                continue
    return tuple(found)


def _name_terms(product: Product, language: str) -> frozenset[str]:
    return frozenset(vocabulary(f"{product.named(language)} {product.id}", language))


def _options(product: Product, language: str) -> frozenset[str]:
    return frozenset().union(*(_options_of(variant, language) for variant in product.variants))


def _options_of(variant: Variant, language: str) -> frozenset[str]:
    return frozenset(term for value in variant.options.values() for term in terms(value, language))


def _only(rest: set[str], words: dict[str, str], language: str) -> bool:
    """Whether `rest` holds none but these words."""
    table = words.get(language, words["en"])
    return rest <= set(vocabulary(table, language)) | set(table.split())
