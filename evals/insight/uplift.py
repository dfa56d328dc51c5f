"""Uplift on Hillstrom's trial: whom to mail, when three in ten may be mailed; beside a response model and chance.

    HAWKER_DATA=... python -m evals.insight.uplift --out FOLDER

Each seed draws another third of the customers to judge on, and learns from the rest. Figures are by 1,000 e-mails sent:
`gross` counts the visits of those chosen who were mailed, `incremental` takes off what those chosen who were not mailed
did unasked (`insight.uplift.ranking` tells how). Intervals resample the judged third; the models stay.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from core.plain import plain
from evals.insight.hillstrom import ARMS, hillstrom
from evals.insight.running import run_eval
from insight.uplift.experiment import split
from insight.uplift.intervals import Between
from insight.uplift.learners import LEARNERS
from insight.uplift.qini import QiniCurve, qini_curve
from insight.uplift.targeting import Targeted, contrast, target

SEEDS = range(5)
SHARE = 0.3
OURS = ("x-learner", "two-model")


@dataclass(frozen=True, slots=True)
class Draw:
    """One mail, one held-out third."""

    mail: str
    seed: int
    learnt: int
    judged: int
    targeted: tuple[Targeted, ...]
    qini: dict[str, QiniCurve]
    over_response: dict[str, Between]
    """incremental visits by 1,000 e-mails beyond the response model's choice"""


@dataclass(frozen=True, slots=True)
class UpliftReport:
    draws: tuple[Draw, ...]

    @property
    def met(self) -> bool:
        """Whether there is a mail on which a learner's Qini is clear of 0 in most draws."""
        return any(2 * self.clear(mail, name) > len(self.of(mail)) for mail in ARMS for name in OURS)

    def of(self, mail: str) -> list[Draw]:
        return [draw for draw in self.draws if draw.mail == mail]

    def clear(self, mail: str, name: str) -> int:
        """In how many draws the interval of the Qini coefficient leaves 0 out."""
        return sum(draw.qini[name].clear for draw in self.of(mail))

    def to_json(self) -> str:
        return json.dumps(plain(self), indent=1)

    def to_markdown(self) -> str:
        return "\n".join(line for mail in ARMS for line in _tables(self, mail)) + "\n"


def run(data: Path) -> UpliftReport:
    """All mails and seeds."""
    return UpliftReport(tuple(judge(data, mail, seed) for mail in ARMS for seed in SEEDS))


def judge(data: Path, mail: str, seed: int) -> Draw:
    """Learn on two thirds, drawn by `seed`, and judge on the third."""
    learn, test = split(hillstrom(data, mail), 1 / 3, seed)
    scores = {name: fit(learn, seed).scores(test.features) for name, fit in LEARNERS.items()}
    return Draw(
        mail=mail,
        seed=seed,
        learnt=len(learn),
        judged=len(test),
        targeted=target(test, scores, SHARE),
        qini={name: qini_curve(test, own) for name, own in scores.items()},
        over_response={name: contrast(test, scores[name], scores["response"], SHARE) for name in OURS},
    )


def _tables(report: UpliftReport, mail: str) -> Iterator[str]:
    draws = report.of(mail)
    yield f"{mail}, best {SHARE:.0%} mailed, {draws[0].judged:,} customers judged; the mean of the seeds first"
    yield ""
    for title, figure in (
        ("visits by 1,000 e-mails, gross", lambda one: one.gross),
        ("visits by 1,000 e-mails, incremental", lambda one: one.incremental),
        ("incremental, beyond random", lambda one: one.over_random),
    ):
        yield from _rows(title, [one.name for one in draws[0].targeted], draws, _chosen(figure))
    yield from _rows("incremental, beyond the response model", OURS, draws, lambda draw, name: draw.over_response[name])
    yield from _rows("Qini coefficient", tuple(LEARNERS), draws, lambda draw, name: draw.qini[name].coefficient)
    told = ", ".join(f"{name} {report.clear(mail, name)} of {len(draws)}" for name in LEARNERS)
    yield f"Qini clear of 0: {told}"
    yield ""


def _chosen(figure: Callable[[Targeted], Between]) -> Callable[[Draw, str], Between]:
    return lambda draw, name: figure(next(one for one in draw.targeted if one.name == name))


def _rows(
    title: str, names: Sequence[str], draws: Sequence[Draw], figure: Callable[[Draw, str], Between]
) -> Iterator[str]:
    yield f"| {title} | mean | " + " | ".join(f"seed {draw.seed}" for draw in draws) + " |"
    yield "|---" * (len(draws) + 2) + "|"
    for name in names:
        found = [figure(draw, name) for draw in draws]
        cells = [f"{one.value:.1f} ({one.low:.1f} to {one.high:.1f})" for one in found]
        yield f"| {name} | {mean(one.value for one in found):.1f} | " + " | ".join(cells) + " |"
    yield ""


def main(arguments: Sequence[str] | None = None) -> int:
    return run_eval("uplift", "Uplift on Hillstrom's e-mail trial.", run, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
