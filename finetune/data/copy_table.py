"""A table of products and their copy becomes a small shop of ad rows, and so the very prompts that serving sends.

A row that names no fact is given the one of the product's that its text speaks of most; a price that stands in a text
becomes the slot `{price}`. A Chinese body is learned sentence by sentence, as serving asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.channels import Part, channel
from agent.checks.language import ENGLISH_FUNCTION_WORDS
from agent.checks.limits import width
from agent.copy.material import Material, gather
from core.copy import Brief
from core.errors import UserError
from core.language import LANGUAGES
from finetune.corpus import ShopCorpus
from finetune.data.copy_columns import CopyCells, products_of, read_cells
from finetune.data.findings import Place, Problem
from finetune.data.known_shop import KnownShop
from finetune.data.raw_rows import RawRow
from finetune.row_checks import KINDS
from finetune.rows import OFFER_FACTS, AdLine, AdRow, Kind
from insight.customers.segments import SEGMENTS

PLACES: dict[Kind, tuple[str, str]] = {
    "headline": ("google-rsa", "headline"),
    "sentence": ("meta-feed", "primary_text"),
    "offer": ("meta-feed", "primary_text"),
    "body": ("xiaohongshu", "body"),
    "topics": ("xiaohongshu", "topics"),
}
"""kind -> channel and part of a row that names none"""
HEADLINE_LONGEST = 30
"""characters, Chinese ones counting two, up to which a line that ends in no full stop is a headline, where nothing says
what it is"""
FACTS_OF_A_BODY = 3


@dataclass(frozen=True, slots=True)
class CopyTable:
    """The table as a shop, the place of each row by its id, and the rows that cannot be learned from."""

    shop: ShopCorpus
    places: dict[str, Place]
    problems: tuple[Problem, ...]


def read_copy_table(rows: Sequence[RawRow], name: str, known: KnownShop) -> CopyTable:
    """All rows of a table; `name` is its file's."""
    read = [read_cells(row) for row in rows]
    problems = [one for one in read if isinstance(one, Problem)]
    cells = [one for one in read if isinstance(one, CopyCells)]
    products = products_of(cells, known.products)
    shop = ShopCorpus(name, known.brand, products, (), (), (), ())
    ads: list[AdRow] = []
    places: dict[str, Place] = {}
    for one in cells:
        ad = _ad(one, shop)
        if isinstance(ad, Problem):
            problems.append(ad)
        else:
            ads.append(ad)
            places[ad.id] = one.row.place
    problems.sort(key=lambda problem: problem.place.line)
    return CopyTable(ShopCorpus(name, known.brand, products, (), tuple(ads), (), ()), places, tuple(problems))


def _ad(cells: CopyCells, shop: ShopCorpus) -> AdRow | Problem:
    said, place = cells.said, cells.row.place
    for field, value, choices in (
        ("language", cells.language, LANGUAGES),
        ("segment", said.get("segment", ""), ("", *SEGMENTS)),
    ):
        if value not in choices:
            return Problem(place, field, f"is {value!r}", f"write one of {', '.join(filter(None, choices))}")
    material = gather(shop.products[cells.product], shop.brand, Brief(offer=said.get("offer", "")), cells.language)
    text = slotted(said["text"], material)
    at = _where(cells, text)
    if isinstance(at, Problem):
        return at
    channel_name, part, kind = at
    if not said.get("fact") and kind != "offer" and not _telling(material):
        return Problem(place, "description", "nothing is known of the product", "describe it, or name the `fact`")
    return AdRow(
        id=f"line-{place.line}",
        language="zh" if cells.language == "zh" else "en",
        channel=channel_name,
        product=cells.product,
        lines=tuple(
            AdLine(part, one, _fact(cells, one, line, material), line)
            for one, line in _lines(kind, text, cells.language)
        ),
        segment=said.get("segment", ""),
        tone=said.get("tone", ""),
        mood=said.get("mood", ""),
        offer=said.get("offer", ""),
    )


def _lines(kind: Kind, text: str, language: str) -> list[tuple[Kind, str]]:
    """What one text is learned as: itself, or the sentences of a Chinese body."""
    if kind == "body" and language == "zh":
        return [("sentence", one.strip()) for one in re.findall(r"[^。！？\n]+[。！？]?", text) if one.strip()]
    return [(kind, "\n".join(line.strip() for line in text.splitlines() if line.strip()))]


def slotted(text: str, material: Material) -> str:
    """`text` with the product's price and offer as slots: code says them, the model only leaves them room."""
    price = material.slots.get("price", "")
    if price:
        spelled = re.escape(price).replace(r"\.00", r"(?:\.00)?")
        text = re.sub(rf"(?<![\d.]){spelled}(?![\d]|\.\d)", "{price}", text)
    offer = material.slots.get("offer", "")
    return text.replace(offer, "{offer}") if offer else text


def _where(cells: CopyCells, text: str) -> tuple[str, str, Kind] | Problem:
    """Channel, part and kind of the line: what the row says, the rest by its length and slots."""
    said, place = cells.said, cells.row.place
    named = said.get("kind") or _kind_by_text(text)
    kind = next((one for one in PLACES if one == named), None)
    if kind is None:
        return Problem(place, "kind", f"is {named!r}", f"write one of {', '.join(PLACES)}")
    if not said.get("channel"):
        return (*PLACES["headline" if kind == "offer" and _is_short(text) else kind], kind)
    try:
        parts = [part for part in channel(said["channel"]).parts if part.writes != "brand"]
    except UserError as error:
        return Problem(place, "channel", f"is {error.value!r}", f"write {error.expected}")
    fitting = [part for part in parts if kind in KINDS[part.writes]]
    chosen = next((part for part in parts if part.name == said.get("part")), None)
    if said.get("part") and chosen is None:
        names = ", ".join(part.name for part in parts)
        return Problem(place, "part", f"{said['part']!r} is no part of {said['channel']}", f"write one of {names}")
    part = chosen or (fitting or parts)[0]
    return said["channel"], part.name, kind if kind in KINDS[part.writes] else _kind_of(part)


def _kind_of(part: Part) -> Kind:
    return "sentence" if part.writes == "brand" else part.writes


def _kind_by_text(text: str) -> Kind:
    if "{price}" in text or "{offer}" in text:
        return "offer"
    if "\n" in text.strip():
        return "body"
    return "headline" if _is_short(text) and not text.rstrip().endswith((".", "。")) else "sentence"


def _is_short(text: str) -> bool:
    return width(text, double_width=True) <= HEADLINE_LONGEST


def _telling(material: Material) -> bool:
    """Whether there is anything to say but the product's own name."""
    names = {name.casefold() for name in material.product.name.values()}
    return any(phrase.casefold() not in names for phrase in material.phrases)


def _fact(cells: CopyCells, kind: Kind, text: str, material: Material) -> str:
    if kind == "offer":
        return OFFER_FACTS[cells.language]["offer" if "{offer}" in text else "price"]
    if cells.said.get("fact"):
        return cells.said["fact"]
    wanted = words_of(text)
    ranked = sorted(material.phrases, key=lambda phrase: -_shared(wanted, words_of(phrase)))
    return "; ".join(ranked[:FACTS_OF_A_BODY]) if kind in ("body", "topics") else ranked[0]


def words_of(text: str) -> frozenset[str]:
    """Words that carry meaning, as they stand (`carries` is not `carry`); of Chinese single characters."""
    return frozenset(re.findall(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+", text.casefold())) - ENGLISH_FUNCTION_WORDS


def _shared(wanted: frozenset[str], offered: frozenset[str]) -> float:
    return float(len(wanted & offered) / len(offered) ** 0.5) if offered else 0.0
