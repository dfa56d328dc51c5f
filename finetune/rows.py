"""The rows of a corpus as people write them: an ad, an e-mail, a support turn.

A row is what a good copywriter or agent would have answered, with all that decided the answer. Whether it is fit to
learn from is `finetune.row_checks`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from agent.copy.chinese_record import OFFERED
from core.errors import UserError

Kind = Literal["headline", "sentence", "body", "topics", "offer"]
Question = Literal["answerable", "not_covered", "other_customer", "out_of_scope", "planted"]
OFFER_FACTS = {
    "en": {"price": "costs {price}", "offer": "offer: {offer}"},
    "zh": OFFERED,
}
"""the `fact` of a line of kind `offer`, by the slot that it tells"""
_STRICT = ConfigDict(extra="forbid")

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, config=_STRICT)
class AdLine:
    """One text of an ad and the fact, copied from the record, that it was made from."""

    part: str
    kind: Kind
    fact: str
    text: str


@dataclass(frozen=True, slots=True, config=_STRICT)
class AdRow:
    id: str
    language: Literal["en", "zh"]
    channel: str
    product: str
    lines: tuple[AdLine, ...]
    segment: str = ""
    tone: str = ""
    mood: str = ""
    offer: str = ""


@dataclass(frozen=True, slots=True, config=_STRICT)
class EmailParts:
    subject: str
    opening: str
    pitch: str
    closing: str
    button: str


@dataclass(frozen=True, slots=True, config=_STRICT)
class EmailRow:
    """`offer`, `price` and `bought` say which slots code could fill; `facts` are what fact_1 and fact_2 stand for;
    `plain` is a mail in the words of everyday letters, which the smallest models can learn, wit being beyond them."""

    id: str
    language: Literal["en", "zh"]
    product: str
    segment: str
    sentiment: Literal["positive", "neutral", "negative", "unknown"]
    goal: str
    parts: EmailParts
    tone: str = ""
    offer: bool = False
    price: bool = False
    bought: bool = False
    facts: tuple[str, ...] = ()
    plain: bool = False


@dataclass(frozen=True, slots=True, config=_STRICT)
class Turn:
    question: str
    answer: str


@dataclass(frozen=True, slots=True, config=_STRICT)
class Shown:
    """A passage as the desk shows it to the model."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, config=_STRICT)
class SupportRow:
    id: str
    language: Literal["en", "zh"]
    kind: Question
    question: str
    passages: tuple[Shown, ...]
    answer: str
    cites: tuple[int, ...] = ()
    mood: str = "neutral"
    history: tuple[Turn, ...] = ()


def read_rows(path: Path, kind: type[Row]) -> tuple[Row, ...]:
    """The rows of a file of JSON lines; none where there is no file. Raises `UserError` naming file, line and field."""
    return tuple(_rows(path, kind)) if path.is_file() else ()


def _rows(path: Path, kind: type[Row]) -> Iterator[Row]:
    adapter: TypeAdapter[Row] = TypeAdapter(kind)
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        place = f"{path.name} line {number}"
        try:
            yield adapter.validate_python(json.loads(line), strict=False)
        except json.JSONDecodeError as error:
            raise UserError(place, line[:60], f"one JSON object ({error.msg})") from error
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(map(str, first["loc"]))
            raise UserError(f"{place}: {field}", first.get("input"), first["msg"]) from error
