"""Reading a rule from one line of text. A grammar of its own, so that nothing in a rule is ever run as code.

    rule      = part { "or" part }
    part      = factor { "and" factor }
    factor    = "not" factor | "(" rule ")" | condition
    condition = "consent" "(" name ")"
              | field ("=" | "!=") name [within] | field "in" "(" name { "," name } ")" [within]
              | field ("=" | "!=" | "<" | "<=" | ">" | ">=") number [unit]
    within    = "within" number unit
    unit      = days | weeks | months | years (of 1, 7, 30 and 365 days)

Names with spaces or signs stand in quotation marks. Words of the grammar may be in any case.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import NoReturn, cast

from core.errors import UserError
from insight.segmenting.rules.fields import CONSENT, NAMED, NUMBERS, UNITS, known_field
from insight.segmenting.rules.syntax import All, Compares, Comparison, Either, Has, Not, Rule

TOKEN = re.compile(
    r"\s*(?:(?P<quoted>\"[^\"]*\"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?(?![\w.-]))|(?P<sign><=|>=|!=|[=<>(),])"
    r"|(?P<word>[^\s\"'<>=!(),]+))"
)
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
DEEPEST = 50
"""brackets and `not`s within each other"""
LONGEST = 2000
"""characters"""


def parse_rule(text: str) -> Rule:
    """The rule that `text` says. Raises `UserError` with the place and what was expected there."""
    if len(text) > LONGEST:
        raise UserError("rule", f"{len(text)} characters", f"at most {LONGEST}", "split it in two")
    reader = _Reader(_tokens(text))
    rule = reader.rule(0)
    if reader.now.text:
        reader.fail("and, or, or the end of the rule")
    return rule


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            raise UserError("rule", text[at:].strip(), f"a word, a number or a sign at character {at + 1}")
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return [*found, _Token("end", "", len(text))]


class _Reader:
    """Recursive descent over the tokens; `now` is the next one to be read."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._next = tokens, 0

    @property
    def now(self) -> _Token:
        return self._tokens[self._next]

    def fail(self, expected: str, fix: str = "") -> NoReturn:
        seen = self.now.text or "the end"
        raise UserError("rule", seen, f"{expected} at character {self.now.at + 1}", fix)

    def rule(self, depth: int) -> Rule:
        parts = [self._part(depth)]
        while self._word("or"):
            parts.append(self._part(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _part(self, depth: int) -> Rule:
        factors = [self._factor(depth)]
        while self._word("and"):
            factors.append(self._factor(depth))
        return factors[0] if len(factors) == 1 else All(tuple(factors))

    def _factor(self, depth: int) -> Rule:
        if depth > DEEPEST:
            self.fail(f"at most {DEEPEST} brackets within each other")
        if self._word("not"):
            return Not(self._factor(depth + 1))
        if self._sign("("):
            inner = self.rule(depth + 1)
            self._need(")")
            return inner
        return self._condition()

    def _condition(self) -> Rule:
        if self.now.kind != "word":
            self.fail("a field, such as category or last_order")
        field = known_field(self._take().text.lower())
        if field == CONSENT:
            self._need("(")
            channel = self._name()
            self._need(")")
            return Has(CONSENT, (channel.lower(),))
        if self._word("in"):
            self._asked_by_name(field)
            return Has(field, self._names(), self._within())
        sign = self._take().text if self.now.text in COMPARISONS else self.fail("=, !=, <, <=, >, >= or in")
        if field in NUMBERS:
            return Compares(field, cast(Comparison, sign), self._number())
        if sign not in ("=", "!="):
            raise UserError("rule", f"{field} {sign}", f"= or != after {field}, which is a name")
        found = Has(field, (self._name(),), self._within())
        return found if sign == "=" else Not(found)

    def _asked_by_name(self, field: str) -> None:
        if field not in NAMED:
            self.fail(f"a comparison, for {field} is a number")

    def _names(self) -> tuple[str, ...]:
        self._need("(")
        names = [self._name()]
        while self._sign(","):
            names.append(self._name())
        self._need(")")
        return tuple(names)

    def _name(self) -> str:
        if self.now.kind not in ("word", "quoted", "number"):
            self.fail("a name")
        token = self._take()
        return token.text[1:-1] if token.kind == "quoted" else token.text

    def _number(self) -> float:
        if self.now.kind != "number":
            self.fail("a number")
        number = float(self._take().text)
        return (
            number * self._unit() if self.now.kind == "word" and self.now.text.lower() not in ("and", "or") else number
        )

    def _within(self) -> int | None:
        if not self._word("within"):
            return None
        if self.now.kind != "number" or float(self.now.text) <= 0:
            self.fail("a number above 0")
        return round(float(self._take().text) * self._unit())

    def _unit(self) -> int:
        word = self.now.text.lower()
        if word not in UNITS:
            near = difflib.get_close_matches(word, UNITS, n=1)
            self.fail("days, weeks, months or years", f"did you mean {near[0]}?" if near else "")
        self._next += 1
        return UNITS[word]

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _word(self, word: str) -> bool:
        return self._step(self.now.kind == "word" and self.now.text.lower() == word)

    def _sign(self, sign: str) -> bool:
        return self._step(self.now.kind == "sign" and self.now.text == sign)

    def _need(self, sign: str) -> None:
        if not self._sign(sign):
            self.fail(sign)

    def _step(self, fits: bool) -> bool:
        self._next += fits
        return fits
