"""Running the suites over the held-out shops: `run`, and `quick_report` for whoever decides on an adapter.

A language is left out where no installed model speaks it. Equal settings but for the adapter meet the same cases with
the same seeds, so two reports can be compared case by case (`evals.held_out.comparing`).
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.errors import ModelMissing, UserError
from core.language import LANGUAGES
from core.settings import Settings
from evals.held_out.copywriting import copy_cases, texts_shown
from evals.held_out.desk import support_cases
from evals.held_out.emails import email_cases
from evals.held_out.figures import SUITES
from evals.held_out.finding import retrieval_cases
from evals.held_out.plan import Plan
from evals.held_out.results import Case, HeldOutReport, Measure, Speaker, SuiteResult
from evals.held_out.shops import open_shop, shop_names
from evals.held_out.variety import variety
from evals.report import this_machine

if TYPE_CHECKING:
    from agent.house import House

Suite = Callable[["House", str, str, Plan], Iterator[Case]]
RUNS: Mapping[str, Suite] = {
    "copy": copy_cases,
    "email": email_cases,
    "support": support_cases,
    "retrieval": retrieval_cases,
}
WITHOUT_MODEL = frozenset({"retrieval"})
GATE_SUITES = ("copy", "email", "support")


def run(settings: Settings, suites: Sequence[str] = SUITES, plan: Plan | None = None) -> HeldOutReport:
    """The named suites on every held-out shop, in every language that a model speaks.

    Raises `UserError` for an unknown suite or adapter, and `ModelMissing` where no model speaks any language.
    """
    plan = plan or Plan()
    for name in suites:
        if name not in RUNS:
            raise UserError("SUITE", name, f"one of {', '.join(RUNS)}, all", "choose one of these")
    began, found = time.monotonic(), defaultdict[str, list[Case]](list)
    speakers: dict[str, Speaker] = {}
    for shop in shop_names():
        plan.say(f"opening the held-out shop {shop}")
        with open_shop(settings, shop) as house:
            speakers = {one.language: one for language in plan.languages if (one := _speaker(house, language))}
            if not speakers:
                house.engine(plan.languages[0])  # raises, naming the model to pull
            for name in suites:
                found[name] += _cases(house, shop, name, plan, tuple(speakers))
    return HeldOutReport(
        speakers=tuple(speakers.values()),
        shops=shop_names(),
        quick=plan.quick,
        seeds=plan.phrasings,
        machine=this_machine(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - began, 1),
        suites=tuple(SuiteResult(name, tuple(found[name]), _measures(name, found[name], plan)) for name in suites),
    )


def quick_report(
    settings: Settings, languages: Sequence[str] = LANGUAGES, tasks: Sequence[str] = GATE_SUITES
) -> HeldOutReport:
    """The suites of the `tasks` that an adapter bears on, in a few minutes."""
    suites = tuple(name for name in GATE_SUITES if name in tasks)
    return run(settings, suites, Plan(quick=True, languages=tuple(languages)))


def _cases(house: House, shop: str, name: str, plan: Plan, spoken: Sequence[str]) -> Iterator[Case]:
    for language in plan.languages if name in WITHOUT_MODEL else spoken:
        for number, case in enumerate(RUNS[name](house, shop, language, plan), start=1):
            plan.say(f"{name}, {shop}, {language}: {number}")
            yield case


def _speaker(house: House, language: str) -> Speaker | None:
    """Who speaks `language`; its adapter may be for some tasks only."""
    try:
        voices = [house.voice(task, language) for task in GATE_SUITES]
    except ModelMissing:
        return None
    adapter = next((voice.adapter for voice in voices if voice.adapter), None)
    return Speaker(language, voices[0].engine.model, adapter)


def _measures(name: str, cases: Sequence[Case], plan: Plan) -> tuple[Measure, ...]:
    """How varied the ads of a run are; the other suites' texts answer to a frame or a question."""
    if name != "copy":
        return ()
    by_language = {case.language: [one for one in cases if one.language == case.language] for case in cases}
    return tuple(
        measure
        for language, ours in by_language.items()
        for measure in variety(texts_shown(ours), language, plan.learned)
    )
