"""What English copy is made from: the thoughts of a record, one a phrase, whole and without the catalogue's noise.

A small model writes what it is shown. A phrase that breaks off, or that speaks of shipping, becomes a line that does.
Phrases are only cut, never reworded.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from agent.checks.form import flaws
from agent.checks.grounding import function_stems
from agent.checks.language import HAN
from agent.checks.stems import stem, words
from agent.copy.naming import CODE, SEPARATOR
from core.shop import Product

LONGEST = 100
"""characters of a phrase; a longer one is cut at a joint"""
FEWEST_WORDS = 2
FEWEST_PLAIN = 3
"""thoughts that deny nothing, from which on the others are left out"""
SENTENCE_WORDS = 4
"""of a phrase that carries a whole sentence"""
ENOUGH = 5
"""phrases of a record, below which its age is told too, and sentences are made from pairs"""
HEADLINE_LONGEST = 30
"""characters that every channel's headline has"""
COUNT = re.compile(r"(?<!\S)\d+[\s-](?:pieces?|pack|count|pcs?|ct)(?!\w)", re.IGNORECASE)
"""goes as a whole: its word means nothing without its number"""
PRICED_NAMES = 3
BRAND_WORDS = 2
HEADLINE_SHORTEST = 12
ITEM_WORDS = 6
"""of an item of a list that makes a headline by itself"""
NAME_PIECE = re.compile(r"\s+[-–—|]\s+|\s*(?:,(?!\d)|[;|()\[\]])\s*|:\s+")
LABEL = re.compile(r"^(?:[A-Z0-9][A-Z0-9&'’/+,. -]{2,40}|[A-Z][\w &'’/-]{2,30})\s*(?::|–|—|\s-|-&?(?=\s))&?\s*")
THOUGHT = re.compile(r"\n+|\s\|\s|(?<=[a-z)][.!?])\s+(?=[A-Z])|(?<=[A-Z]!)\s+|•")
SIGNS = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d®™©]+")
OPENER = re.compile(r"^(?:[\W_]*(?:and|or|but|also|plus|then|yet|&)\b[\s,&]*)+", re.IGNORECASE)
CLAUSE_JOINT = re.compile(
    r"\s*(?:[;:–—]|\s-\s|(?<!\bincl)(?<!\bart)\.\s"
    r"|\b(?:and|which|who|so that|that|while|where|because|as well as|in order to)\b)\s*"
)
COMMA = re.compile(r"\s*,\s")
PREPOSITION = re.compile(r"\s(?:with|for|from|in|on|by|to|of)\s")
ITEM_JOINT = re.compile(r"\s*(?:[,;–—]\s|\s-\s)\s*")
EDGES = " .!,;:\"'“”-–*"
AND = re.compile(r"\s+and\s+.*$")
NOISE = re.compile(
    r"make sure this fits|model (?:number|#)|warning|chok|not included|sold separately|batter|contact us|"
    r"customer service|refund|return|warranty|guarantee|please|asin|shipping|ships|note:|tips?:|measures?\b|"
    r"measuring|dimension|approx|caution|supervision|inch|pound|ounce|\bcm\b|\bmm\b|\d\s?cm\b|\d\s?mm\b|\boz\b|"
    r"\d\s*[x×]\s*\d|\d[\"”″]|trademark|copyright|similar products|see (?:picture|photo|size)|size chart|imported|"
    r"^n/?a$|inquire|manufacturer|retail|sku|satisf|100 ?%|money|var(?:y|ies)\b|exclusive|country of origin|"
    r"safety (?:standard|requirement|test)|standards\b|compl(?:y|ies|iant)|conform|exceeds?\b|astm|cpsi|\bissues?\b|"
    r"let us know|phone number|give us a call|all rights|seller|listing|your order|in stock|colou?rs? may|"
    r"assorted style|\bqty\b|quantity|\bsets? [a-z]$|^(?:one|small|medium|large) size|replacement part #|\bupc\b|"
    r"the item\b|\bsee (?:custom|below|above|our|image)|available in (?:sizes|colou?rs)|\bsizes\b|"
    r"discontinued|\bean\b|bar ?code|\bart\. ?no|"
    r"e-?mail|website|\bwww\b|\.com\b|years? since|not (?:intended|suitable|recommended)|copyrighted",
    re.IGNORECASE,
)
DENIAL = re.compile(r"\b(?:not|never|unlike|without|cannot)\b|n['’]t\b", re.IGNORECASE)
ITEM_NUMBER = re.compile(r"\s*(?<!\w)#?(?:\d{5,}|(?=[A-Z]*\d)(?=[\dA-Z-]*[A-Z])[A-Z\d-]*\d{3,}[A-Z\d-]*)(?!\w)")
PLAIN_KEYS = re.compile(r"material|colou?r|style|theme|fabric|pattern|use|occasion|feature", re.IGNORECASE)
AGE = re.compile(r"\bage\b", re.IGNORECASE)


def english_phrases(product: Product) -> list[str]:
    """The record's thoughts, then what its attributes and the pieces of its name say; each of two words or more."""
    thoughts = list(_thoughts(product))
    # a small model loses the `not`, and copies what breaks off
    plain = [thought for thought in thoughts if not DENIAL.search(thought) and not _breaks_off(thought)]
    told = plain if len(plain) >= FEWEST_PLAIN else thoughts
    found = _distinct([*told, *_attributes(product, PLAIN_KEYS), *_names(product)])
    return found if len(found) >= ENOUGH else _distinct([*found, *_attributes(product, AGE)])


def sentence_phrases(phrases: Sequence[str], name: str) -> tuple[str, ...]:
    """Those that carry a sentence; where they are few, all that say more than `name`, and two at a time.

    >>> sentence_phrases(["Highly detailed", "Rook Chess Set"], "Rook Chess Set, Brown")
    ('Highly detailed', 'Highly detailed. Rook Chess Set')
    """
    named = {stem(word) for word in words(name)}
    telling = [phrase for phrase in phrases if not {stem(word) for word in words(phrase)} <= named]
    whole = tuple(phrase for phrase in telling if len(phrase.split()) >= SENTENCE_WORDS)
    if len(whole) >= ENOUGH:
        return whole
    pairs = [(one, other) for one, other in itertools.combinations(phrases, 2) if one in telling or other in telling]
    joined = [text for text in map(". ".join, pairs) if len(text) <= LONGEST]
    return (*telling, *joined[: max(0, 2 * ENOUGH - len(telling))]) or tuple(phrases)


def headline_phrases(phrases: Sequence[str]) -> tuple[str, ...]:
    """What short lines are made from: thoughts whole and by their beginning, the items of a list, a name's last words.

    >>> headline_phrases(["Padlock with 2 keys, a foil cover and a pen that glows in the dark"])
    ('Padlock with 2 keys', 'a foil cover')
    """
    pieces = [piece for phrase in phrases for piece in _pieces(phrase)]
    return tuple(dict.fromkeys(piece for piece in pieces if len(piece.split()) >= FEWEST_WORDS)) or tuple(phrases)


def _pieces(phrase: str) -> list[str]:
    """A short phrase as it is; of a long one its items; where it has none, the whole, for the model to shorten."""
    if len(phrase) <= HEADLINE_LONGEST:
        return [phrase]
    parts = [_trimmed(AND.sub("", part)) for part in ITEM_JOINT.split(phrase)]
    items = [part for part in parts if FEWEST_WORDS <= len(part.split()) <= ITEM_WORDS and not flaws(part, "en")]
    if len(items) > 1:
        return items
    capitalised = not any(word[0].islower() and stem(word) not in function_stems() for word in phrase.split())
    if capitalised:
        return [last_words(phrase, HEADLINE_LONGEST)]
    ends = [match.start() for joint in (CLAUSE_JOINT, COMMA, PREPOSITION) for match in joint.finditer(phrase)]
    starts = [phrase[:end] for end in ends if HEADLINE_SHORTEST <= end <= HEADLINE_LONGEST]
    return [phrase, *[start for start in starts if not flaws(start, "en")][:1]]


def called(name: str, longest: int) -> str:
    """What a prompt calls a product: the head of its catalogue name, or its last words where that is too long.

    >>> called("Banana Panda - Let’s Play Animal Bingo - Classic Kids Game", 56)
    'Banana Panda Let’s Play Animal Bingo'
    """
    pieces = [piece.strip() for piece in SEPARATOR.split(ITEM_NUMBER.sub("", SIGNS.sub("", name))) if piece.strip()]
    head = pieces[0] if pieces else name
    joined = " ".join(pieces[:2])
    if len(head.split()) <= BRAND_WORDS and pieces[1:] and not re.search(r"\d", joined):
        # a first piece of two words is often but the maker
        return joined if len(joined) <= longest else last_words(pieces[1], longest)
    return last_words(head, longest)


def priced_names(product: Product, longest: int) -> list[str]:
    """What may stand beside a price: the name, then the other pieces of the catalogue name that say what it is."""
    names = [called(product.named("en"), longest), *(name for name in _names(product) if len(name) <= longest)]
    return _distinct(names)[:PRICED_NAMES]


def last_words(name: str, longest: int) -> str:
    """The last words of a name, which say what the thing is, without codes and sizes where it is too long.

    >>> last_words('Wild Republic Cuddlekin Three Toed Sloth 12" Plush', 26)
    'Three Toed Sloth Plush'
    """
    if len(name) <= longest:
        return name
    told = [word for word in COUNT.sub("", name).split() if not CODE.match(word)]
    while len(told) > FEWEST_WORDS and (len(" ".join(told)) > longest or not told[0][0].isupper()):
        told.pop(0)
    return " ".join(told)


def _thoughts(product: Product) -> Iterator[str]:
    for thought in THOUGHT.split(SIGNS.sub(" ", product.described("en"))):
        if NOISE.search(thought) or HAN.search(thought):
            continue
        phrase = _cut(_trimmed(LABEL.sub("", thought.strip())))
        told = phrase.capitalize() if phrase.isupper() else phrase
        if len(told.split()) >= FEWEST_WORDS:
            yield told


def _attributes(product: Product, keys: re.Pattern[str]) -> Iterator[str]:
    for key, value in product.attributes_in("en").items():
        if keys.search(key) and not NOISE.search(value) and not HAN.search(value):
            yield f"{key}: {value}"[:LONGEST]


def _names(product: Product) -> Iterator[str]:
    for piece in NAME_PIECE.split(ITEM_NUMBER.sub("", SIGNS.sub("", product.named("en")))):
        plain = _trimmed(piece)
        if len(plain.split()) >= FEWEST_WORDS and not NOISE.search(plain) and not HAN.search(plain):
            yield _cut(plain)


def _breaks_off(thought: str) -> bool:
    return any(flaw.startswith("ends in") for flaw in flaws(thought, "en"))


def _trimmed(phrase: str) -> str:
    """Without what joins it to its neighbours."""
    return OPENER.sub("", phrase.strip(EDGES)).strip(EDGES)


def _cut(phrase: str) -> str:
    """At most `LONGEST` characters, cut where a thought ends: at a clause, else a comma, else a preposition."""
    if len(phrase) <= LONGEST:
        return phrase
    for joint in (CLAUSE_JOINT, COMMA, PREPOSITION):
        ends = [match.start() for match in joint.finditer(phrase, 0, LONGEST) if match.start() >= LONGEST // 3]
        whole = [text for end in reversed(ends) if not flaws(text := _trimmed(phrase[:end]), "en")]
        if whole:
            return whole[0]
    return phrase[: phrase.rfind(" ", 0, LONGEST)]


def _distinct(phrases: Sequence[str]) -> list[str]:
    """Without those of the same words as one before them."""
    kept: dict[frozenset[str], str] = {}
    for phrase in phrases:
        kept.setdefault(frozenset(stem(word) for word in words(phrase)), phrase)
    return list(kept.values())
