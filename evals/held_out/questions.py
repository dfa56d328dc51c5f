"""The questions of a held-out shop: what is asked, whether the shop's pages answer it, and what an answer must say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.errors import UserError


@dataclass(frozen=True, slots=True)
class HeldOutQuestion:
    """One line of `questions.jsonl`. `expect`: texts of which one must stand in the answer; `source`: the article or
    product that has it. Both are empty where the shop has no answer."""

    question: str
    language: Literal["en", "zh"]
    answerable: bool
    expect: tuple[str, ...]
    source: str | None = None

    def right(self, answer: str) -> bool:
        """Does the answer say what it must?"""
        said = _plain(answer)
        return any(_plain(text) in said for text in self.expect)

    def sourced(self, source: str) -> bool:
        """Is `source` (`document:returns.en`, `product:COAT-1`) where the answer stands?"""
        return source.partition(":")[2] == self.source


def held_out_questions(shop: Path) -> tuple[HeldOutQuestion, ...]:
    """The questions of the shop in folder `shop`. Raises `UserError` naming the line and field that is wrong."""
    from pydantic import TypeAdapter, ValidationError

    reader, path = TypeAdapter(HeldOutQuestion), shop / "questions.jsonl"
    if not path.is_file():
        raise UserError("questions", path, "a file of JSON lines")
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            found.append(reader.validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(map(str, first["loc"]))
            raise UserError(f"{path.name} line {number}: {field}", first.get("input"), first["msg"]) from error
    return tuple(found)


def _plain(text: str) -> str:
    """Small letters, one kind of dash and blank, no marks of emphasis."""
    return " ".join(text.lower().replace("–", "-").replace("**", "").split())
