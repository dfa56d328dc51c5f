"""What a run over the held-out shops found: every case with what was asked and shown, and the shares over them.

A report is written as JSON and read back whole, so that two runs can be laid side by side at any time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError
from core.plain import plain
from evals.held_out.counts import Count, Share, share_of
from evals.held_out.figures import Figure, figures_of

ALL = "all"
"""stands for every language"""


@dataclass(frozen=True, slots=True)
class Case:
    """One order, context or question. Equal ids in two runs are the same task with the same seed."""

    id: str
    language: str
    asked: str
    shown: tuple[str, ...]
    """what came of it, in the order in which a person would read it"""
    wrong: tuple[str, ...]
    """what failed, in words"""
    counts: Mapping[str, Count]
    """by the names of the suite's figures; a figure that this case does not bear on is left out"""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure over all texts of a language that is no share of cases: `distinct-2`, `self-BLEU`."""

    name: str
    language: str
    value: float
    texts: int


@dataclass(frozen=True, slots=True)
class SuiteResult:
    suite: str
    cases: tuple[Case, ...]
    measures: tuple[Measure, ...] = ()

    def languages(self) -> tuple[str, ...]:
        """`all`, and where there are several, each language that has cases."""
        own = sorted({case.language for case in self.cases})
        return (ALL, *own) if len(own) > 1 else (ALL,)

    def shares(self) -> Iterator[tuple[Figure, str, Share]]:
        """(figure, language, share) of all that was counted."""
        for figure in figures_of(self.suite):
            for language in self.languages():
                share = share_of(counts_of(self.cases, figure.name, language))
                if share is not None:
                    yield figure, language, share


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who wrote in one language."""

    language: str
    model: str
    adapter: str | None


@dataclass(frozen=True, slots=True)
class HeldOutReport:
    """One run. `seeds`: how many phrasings of a question, and draws of an order, each case had."""

    speakers: tuple[Speaker, ...]
    shops: tuple[str, ...]
    quick: bool
    seeds: int
    machine: str
    created: str
    """ISO 8601, UTC"""
    seconds: float
    suites: tuple[SuiteResult, ...]

    @property
    def title(self) -> str:
        """`smollm2-135m with hawker-voice (en)`, or without an adapter."""
        return ", ".join(
            f"{one.model}{f' with {one.adapter}' if one.adapter else ''} ({one.language})" for one in self.speakers
        )

    def suite(self, name: str) -> SuiteResult | None:
        return next((one for one in self.suites if one.suite == name), None)

    def to_json(self) -> str:
        """Everything, and the shares beside it for those who read JSON with other programs."""
        shares = [
            {"suite": one.suite, "figure": figure.name, "language": language, **plain(share)}
            for one in self.suites
            for figure, language, share in one.shares()
        ]
        return json.dumps({**plain(self), "shares": shares}, ensure_ascii=False, indent=1)


def counts_of(cases: Sequence[Case], figure: str, language: str = ALL) -> list[Count]:
    """The counts of one figure in one language."""
    return [case.counts[figure] for case in cases if figure in case.counts and language in (ALL, case.language)]


def read_report(path: Path) -> HeldOutReport:
    """A report written by `to_json`. Raises `UserError` where it is none."""
    from pydantic import TypeAdapter, ValidationError

    if not path.is_file():
        raise UserError("report", path, "a JSON file that `hawker eval` wrote", "run: hawker eval all --out DIR")
    try:
        return TypeAdapter(HeldOutReport).validate_json(path.read_text("utf-8"))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or path.name
        raise UserError(f"report {path.name}: {place}", first.get("input"), first["msg"]) from error
