"""Facts of an English record as Chinese phrases, for code to fill into Chinese copy.

A small model that translates `machine washable` itself invents half of it, so code words what can be worded and leaves
out the rest. A phrase stands between commas: `{fact_1}，{fact_2}`. The rules are in `wording.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from agent.checks.claims import NEGATED
from agent.checks.language import HAN
from core.shop import Product

MADE = (
    r"(?:made (?:out )?(?:of|from|with)|constructed (?:of|from|with)|material(?: is)?:?|crafted from) "
    r"(?:(?!not\b|no\b|non)[\w%-]+ ){0,3}"
)
PIECE = r"(?:^|[,(/–-])\s*(?:%s)\s*(?=$|[,)/])"
DENIED_AFTER = re.compile(r"\s*(?:is |are |was )?(?:not|excluded|sold separately)\b|[- ](?:free|like|look|effect)\b")
CLAUSE = re.compile(r"[，。；、！？,;!?\n]+")
CLAUSE_LENGTH = (2, 14)
"""characters of a clause of a Chinese record that can stand as a fact"""


@dataclass(frozen=True, slots=True)
class _Rule:
    wording: re.Pattern[str]
    phrase: str
    in_name: bool
    """looked for in the name alone"""


def chinese_facts(product: Product) -> tuple[str, ...]:
    """What the record states, as Chinese phrases without repetition: its own Chinese clauses, or else the English
    name, description and attributes by the rules. Empty where nothing can be worded."""
    own = tuple(dict.fromkeys((*_values(product), *_clauses(product.description.get("zh", "")))))
    if own:
        return own
    name = product.named("en").lower()
    attributes = " . ".join(f"{key}: {value}" for key, value in product.attributes_in("en").items())
    record = f"{name} . {product.described('en')} . {attributes}".lower()
    found = (_worded(rule, name if rule.in_name else record) for rule in _rules())
    return tuple(dict.fromkeys(phrase for phrase in found if phrase))


def _worded(rule: _Rule, text: str) -> str:
    for match in rule.wording.finditer(text):
        if NEGATED.search(text[: match.start()]) or DENIED_AFTER.match(text, match.end()):
            continue
        numbers = {key: value for key, value in match.groupdict().items() if value}
        if "n" not in numbers and "m" in numbers:
            numbers["n"] = numbers["m"]
        return rule.phrase.format(**numbers)
    return ""


def _clauses(text: str) -> list[str]:
    clauses = (clause.strip(" .") for clause in CLAUSE.split(text))
    shortest, longest = CLAUSE_LENGTH
    return [clause for clause in clauses if shortest <= len(clause) <= longest and HAN.search(clause)]


def _values(product: Product) -> list[str]:
    pairs = product.attributes.get("zh", {}).items()
    return [f"{key}{value}" for key, value in pairs if HAN.search(value) and len(key + value) <= CLAUSE_LENGTH[1]]


@cache
def _rules() -> Sequence[_Rule]:
    data = yaml.safe_load(resources.files("agent.copy").joinpath("wording.yaml").read_text("utf-8"))
    return (
        *_read(data["colour"], PIECE, in_name=True),
        *_read(data["made_of"], rf"\b{MADE}(?:%s)(?![\w-])"),
        *_read(data["counted"], r"(?<![\w.-])(?:%s)(?!\w)"),
        *_read(data["stated"], r"(?<![\w-])(?:%s)(?![\w-])"),
    )


def _read(lines: Sequence[str], frame: str, in_name: bool = False) -> Iterator[_Rule]:
    for line in lines:
        english, _, phrase = line.partition(" = ")
        yield _Rule(re.compile(frame.replace("%s", english)), phrase, in_name)
