"""Outputs chosen by seed and by nobody's taste: the bare model beside the one with its adapter, English and Chinese.

Written as Markdown to be read by a person. Equal tasks are put to both with the same seeds; one that came to nothing is
shown as that.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from core.errors import ModelMissing, UserError
from core.language import LANGUAGES
from core.settings import Settings
from core.shop import Brand
from evals.held_out.copywriting import copy_case, copy_requests
from evals.held_out.desk import numbered_questions, support_case
from evals.held_out.emails import email_case, occasions, write
from evals.held_out.markdown import one_line
from evals.held_out.plan import Plan
from evals.held_out.results import Case
from evals.held_out.shops import open_shop, shop_names

if TYPE_CHECKING:
    from agent.house import House
    from agent.mail.parts import Occasion

BARE = "none"
NOTHING = ("(nothing that passed)",)
EVERYTHING = Plan()

Task = Callable[[], Case]
"""one order, context or question, to be run when called"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One task with what both made of it."""

    id: str
    asked: str
    bare: tuple[str, ...]
    tuned: tuple[str, ...]


def samples(settings: Settings, task: str, count: int, seed: int) -> list[Sample]:
    """`count` outputs of a task, of the bare model and of the settings' adapter.

    Raises `UserError` for an unknown task or adapter.
    """
    if task not in TASKS:
        raise UserError("--task", task, f"one of {', '.join(TASKS)}", "choose one of these")
    bare = _cases(settings.model_copy(update={"adapter": BARE}), task, count, seed)
    tuned = {case.id: case for case in _cases(settings, task, count, seed)}
    return [
        Sample(case.id, case.asked, case.shown or NOTHING, tuned[case.id].shown or NOTHING)
        for case in bare
        if case.id in tuned
    ]


def samples_markdown(task: str, seed: int, found: Sequence[Sample]) -> str:
    """The samples one after the other, bare first."""
    lines = [f"# {task}: {len(found)} outputs, drawn with seed {seed}", ""]
    lines += ["From the held-out shops, on which no model was trained. Names in braces are filled by code.", ""]
    for number, sample in enumerate(found, start=1):
        lines += [f"## {number}. {one_line(sample.asked)}", "", f"`{sample.id}`", ""]
        lines += ["Bare model:", "", *(f"> {one_line(text)}  " for text in sample.bare), ""]
        lines += ["With its adapter:", "", *(f"> {one_line(text)}  " for text in sample.tuned), ""]
    return "\n".join(lines)


def _cases(settings: Settings, task: str, count: int, seed: int) -> list[Case]:
    return [case for shop in shop_names() for case in _of_shop(settings, task, shop, count, seed)]


def _of_shop(settings: Settings, task: str, shop: str, count: int, seed: int) -> Iterator[Case]:
    with open_shop(settings, shop) as house:
        for place, language in enumerate(LANGUAGES):
            try:
                house.engine(language)
            except ModelMissing:
                continue
            share = _share(count, shop_names().index(shop) * len(LANGUAGES) + place)
            everything = TASKS[task](house, shop, language, seed)
            drawn = random.Random(f"{seed} {shop} {language}").sample(everything, min(share, len(everything)))
            yield from (run() for run in drawn)


def _share(count: int, place: int) -> int:
    """How many of `count` fall to one shop and language."""
    places = len(shop_names()) * len(LANGUAGES)
    return count // places + (place < count % places)


def _copies(house: House, shop: str, language: str, seed: int) -> list[Task]:
    requests = copy_requests(house, language, EVERYTHING)
    return [partial(copy_case, house, shop, replace(one, count=1, seed=seed)) for one in requests]


def _mails(house: House, shop: str, language: str, seed: int) -> list[Task]:
    return [partial(_mail, house, shop, one) for one in occasions(house, language, EVERYTHING, seed)]


def _mail(house: House, shop: str, told: Occasion) -> Case:
    (written,) = write(house, [told])
    return email_case(written, shop, house.store.shop.brand() or Brand(name=""))


def _answers(house: House, shop: str, language: str, seed: int) -> list[Task]:
    del seed  # the desk answers greedily
    return [partial(support_case, house, shop, *numbered) for numbered in numbered_questions(shop, language)]


TASKS: Mapping[str, Callable[[House, str, str, int], list[Task]]] = {
    "copy": _copies,
    "email": _mails,
    "support": _answers,
}
