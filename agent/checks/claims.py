"""A claim (free, waterproof, cotton, best, award-winning ...) must be licensed by a fact that makes the same claim.

The lexicon is data: a concept with its English and Chinese wordings, so that an English fact licenses Chinese copy.
A denied claim (`not waterproof`) and a made one do not license each other. Words of no concept are the business of
`grounding`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import yaml

NEGATED = re.compile(
    r"(?:\b(?:not|no|non|never|without|isn't|aren't|don't|doesn't|won't|cannot|can't|neither|nor)\b[\s-]+(?:\w+\s+){0,2}"
    r"|不是?|没有|无法|未|非|无)$"
)
LATIN = re.compile(r"(?<![\\a-z0-9])[a-z]{2,}")
"""a run of letters among Chinese wordings, such as `eva`"""


@dataclass(frozen=True, slots=True)
class Concept:
    """One claim in all its wordings. `literal`: a fact must use the very same words, as for `best` and `faster`."""

    name: str
    wordings: re.Pattern[str]
    literal: bool


@dataclass(frozen=True, slots=True)
class Claim:
    concept: Concept
    words: str
    denied: bool

    def licensed_by(self, fact: Claim) -> bool:
        same = self.concept.name == fact.concept.name and self.denied == fact.denied
        return same and (not self.concept.literal or self.words == fact.words)


def unlicensed_claims(text: str, licence: Sequence[str], language: str) -> list[str]:
    """Claims in `text`, in its own words, that no string of `licence` makes. `language` is that of the text.

    >>> unlicensed_claims("A waterproof tent with free shipping", ["防水帐篷"], "en")
    ['free']
    """
    del language  # wordings of both languages are one pattern; kept so that all checks are called alike
    known = [claim for fact in licence for claim in _claims_of_fact(fact)]
    wrong = [claim.words for claim in claims(text) if not any(claim.licensed_by(fact) for fact in known)]
    return list(dict.fromkeys(wrong))


@lru_cache(maxsize=4096)
def _claims_of_fact(fact: str) -> tuple[Claim, ...]:
    """Facts are judged against many texts, so each is read once."""
    return tuple(claims(fact))


def claims(text: str) -> Iterator[Claim]:
    """Every claim that `text` makes, concept by concept."""
    plain = re.sub(r"[’`]", "'", unicodedata.normalize("NFKC", text).lower())
    for concept in _concepts():
        for match in concept.wordings.finditer(plain):
            denied = NEGATED.search(plain[: match.start()]) is not None
            yield Claim(concept, " ".join(match[0].split()), denied)


@cache
def _concepts() -> tuple[Concept, ...]:
    data = yaml.safe_load(resources.files("agent.checks.data").joinpath("claims.yaml").read_text("utf-8"))
    return tuple(
        _concept(wordings, literal=group in data["literal"])
        for group, concepts in data["groups"].items()
        for wordings in concepts
    )


def _concept(line: str, literal: bool) -> Concept:
    """`english wordings = Chinese wordings`; the line names the concept. Latin letters among the Chinese stand alone,
    for `cos` is a costume and `costs` is none."""
    english, _, chinese = line.partition(" = ")
    chinese = LATIN.sub(r"(?<![a-z])\g<0>(?![a-z])", chinese)
    return Concept(line, re.compile(rf"(?<![\w-])(?:{english})(?!\w)|{chinese}"), literal)
