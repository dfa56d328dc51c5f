"""What a tuned model's Chinese copy is made from: the record's own sentences, one a line.

An untuned model joins fragments of scenes (`copy.chinese`), for it makes nonsense of facts; a tuned one has learned to
word a fact. A product that is described in no Chinese leaves it nothing to word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.channels import Part
from agent.checks.language import HAN
from agent.copy.material import Material
from agent.copy.roles import BODY_ROLES, Role
from agent.copy.subject import Subject, fitting
from core.shop import Product

TITLE_PROMPT, LINE_PROMPT = "copy/title", "copy/line"
RECORD_PROMPTS = frozenset({TITLE_PROMPT, LINE_PROMPT})
OFFERED = {"price": "价格 {price}", "offer": "优惠 {offer}"}
"""slot -> what the prompt is told of it"""
ENOUGH = 3
"""sentences of a record from which on a tuned model writes from it"""
SENTENCE = re.compile(r"[。！？!?\n]+")
CLAUSE = re.compile(r"[，；,;。！？!?\n]+")
NOISE = re.compile(r"条形?码|货号|型号|产地|详见|另售|不含电池|警告|保修|售后")
"""of a catalogue: no line is made from it"""
LONGEST = 40
"""characters of a fact; a longer sentence is told clause by clause"""
TITLE_LENGTHS = range(4, 15)
"""characters of a clause that makes a title by itself"""


def record_facts(product: Product) -> tuple[str, ...]:
    """Sentences of the Chinese description, then `属性: 值`; each once."""
    told = [*_sentences(product.description.get("zh", "")), *_attributes(product)]
    return tuple(dict.fromkeys(fact for fact in told if not NOISE.search(fact)))


def record_subjects(part: Part, material: Material) -> list[Subject]:
    """What lines of a title, a sentence or a body are made from. Each role of a body has facts of its own, so that its
    sentences say different things."""
    facts = [*material.wishes, *record_facts(material.product)]
    if part.writes == "body":
        return [Subject(fact, LINE_PROMPT, _role(place)) for place, fact in enumerate(facts)]
    short = part.writes == "headline"
    prompt = TITLE_PROMPT if short else LINE_PROMPT
    told = fitting(list(dict.fromkeys([*facts, *_titles(material.product)])), part.room("zh")) if short else facts
    offers = [Subject(told_of, prompt) for slot, told_of in OFFERED.items() if _offered(slot, part, material)]
    lines = [Subject(fact, prompt) for fact in told]
    return lines[:2] + offers + lines[2:]


def _role(place: int) -> Role:
    return BODY_ROLES[place % len(BODY_ROLES)]


def _offered(slot: str, part: Part, material: Material) -> bool:
    return slot in material.slots and (slot == "offer" or part.writes == "headline")


def _sentences(text: str) -> Iterator[str]:
    for sentence in _stripped(SENTENCE.split(text)):
        yield from [sentence] if len(sentence) <= LONGEST else _stripped(CLAUSE.split(sentence))


def _titles(product: Product) -> Iterator[str]:
    clauses = _stripped(CLAUSE.split(product.description.get("zh", "")))
    return (clause for clause in clauses if len(clause) in TITLE_LENGTHS and not NOISE.search(clause))


def _attributes(product: Product) -> Iterator[str]:
    for key, value in product.attributes.get("zh", {}).items():
        told = f"{key}: {value}"
        if HAN.search(value) and len(told) <= LONGEST:
            yield told


def _stripped(pieces: Sequence[str]) -> Iterator[str]:
    return (plain for piece in pieces if HAN.search(plain := piece.strip(" .，、")) and len(plain) > 1)
