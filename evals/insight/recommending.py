"""Recommendations on two catalogues, by time: completejourney's grocer and the demo shop, beside each source alone.

    python -m evals.insight.recommending --out FOLDER [--only grocer|demo]

Nothing of the judged window is learnt from or tuned on: the ranker learns from the two windows before it, and the ALS
baseline's settings are chosen on the one before it.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from evals.insight import lone_factors
from evals.insight.demo_shop import demo_shop_records
from evals.insight.grocer import grocer_records, sold_until
from evals.public_data import data_folder
from insight.recommending.card import judge_all, table
from insight.recommending.judging import Judged, judge, lists_by, lists_of, truth
from insight.recommending.people import People, draw_people
from insight.recommending.ranking_quality import bootstrap, bootstrap_ratio
from insight.recommending.recommender import Recommender
from insight.recommending.records import Records
from insight.recommending.shop_recommender import newest
from insight.recommending.source import Scores
from insight.recommending.training import train_recommender

GROCER = (datetime(2017, 12, 3, tzinfo=UTC), 28)
"""when the judged window begins, and its days: the last four weeks of the year"""
DIVERSITIES = (0.0, 0.1, 0.3, 0.6)


@dataclass(frozen=True, slots=True)
class Variety:
    """What a varied list costs."""

    diversity: float
    ndcg: float
    categories: float
    """different ones among ten places, mean over people"""


@dataclass(frozen=True, slots=True)
class Report:
    """One catalogue's figures; `new_people` judges the same people as if nothing had been known of them."""

    catalogue: str
    begins: datetime
    days: int
    items: int
    als: tuple[lone_factors.AloneSettings, ...]
    judged: tuple[Judged, ...]
    variety: tuple[Variety, ...]
    new_people: tuple[Judged, ...]


def measure(name: str, records: Records, after: datetime, days: int) -> Report:
    """Train as of `after`, judge on the `days` that follow."""
    trained = train_recommender(records, after, days=days, say=print)
    ours = trained.recommender
    judged = list(judge_all(ours, records, after, days))
    settings = lone_factors.choose(records.until(after), ours.catalogue.ids, after - timedelta(days=days), days)
    for repeats in (True, False):
        judged += _baselines(ours, records, after, days, repeats, settings[repeats])
    return Report(
        catalogue=name,
        begins=after,
        days=days,
        items=len(ours.catalogue.ids),
        als=(settings[True], settings[False]),
        judged=tuple(judged),
        variety=tuple(_variety(ours, records, after, days, diversity) for diversity in DIVERSITIES),
        new_people=tuple(_as_if_new(ours, records, after, days)),
    )


def _baselines(
    ours: Recommender,
    records: Records,
    after: datetime,
    days: int,
    repeats: bool,
    settings: lone_factors.AloneSettings,
) -> list[Judged]:
    """ALS as implicit serves it, and what each person took most often (what sells best where that is equal)."""
    wanted = truth(records, after, days, repeats)
    persons, items = sorted(wanted), ours.catalogue.ids
    everybody = sorted(records.until(after).interactions["user"].unique())
    whole = draw_people(records, everybody, items, after)
    rows = [everybody.index(person) if person in set(everybody) else -1 for person in persons]
    alone = np.vstack([lone_factors.score(whole, settings), np.zeros((1, len(items)), np.float32)])[rows]
    popular = ours.sources[0].scores(whole.part(0, 1))[0]
    people = draw_people(records, persons, items, after)
    personal = np.asarray(people.matrix("times").todense()) + popular / (2 * popular.max())
    scored: dict[str, Scores] = {"implicit ALS alone": alone, "personal top": personal}
    return [
        judge(name, lists_by(scores, records, persons, items, after, repeats), wanted, len(items), repeats)
        for name, scores in scored.items()
    ]


def _variety(ours: Recommender, records: Records, after: datetime, days: int, diversity: float) -> Variety:
    wanted = truth(records, after, days, True)
    lists = lists_of(ours, records, sorted(wanted), after, True, diversity)
    categories = dict(zip(ours.catalogue.ids, ours.catalogue.categories, strict=True))
    different = [len({categories[item] for item in shown}) for shown in lists.values()]
    judged = judge("", lists, wanted, len(categories), True)
    return Variety(diversity, float(np.mean(judged.ndcg)), float(np.mean(different)))


def _as_if_new(ours: Recommender, records: Records, after: datetime, days: int) -> list[Judged]:
    """Of the same people with their past hidden: what their groups alone are good for, beside popularity."""
    wanted = truth(records, after, days, True)
    persons, items = sorted(wanted), ours.catalogue.ids
    nothing = replace(records, interactions=records.interactions.clear())
    lists = lists_of(ours, nothing, persons, after, True)
    nobody: People = draw_people(nothing, persons, items, after)
    popular = lists_by(ours.sources[0].scores(nobody), nothing, persons, items, after, True)
    return [
        judge("recommender", lists, wanted, len(items), True),
        judge("popularity", popular, wanted, len(items), True),
    ]


def demo_records() -> tuple[Records, datetime, int]:
    """The demo shop's eighteen months; the judged window is the last four weeks."""
    records = demo_shop_records()
    return records, newest(records) - timedelta(days=28), 28


def page(report: Report) -> str:
    """Markdown."""
    lines = [f"## {report.catalogue}: {report.items:,} items, {report.days} days from {report.begins:%Y-%m-%d}", ""]
    lines += table(report.judged)
    lines += ["", *_claims(report), ""]
    lines += [f"ALS alone: {settings}" for settings in report.als]
    lines += ["", "| diversity | NDCG@10 | categories in ten |", "|---|---|---|"]
    lines += [f"| {one.diversity:g} | {one.ndcg:.4f} | {one.categories:.2f} |" for one in report.variety]
    lines += ["", "As if nothing were known of them:", "", *table(report.new_people), ""]
    return "\n".join(lines)


def _claims(report: Report) -> list[str]:
    lines = []
    for repeats in (True, False):
        by_name = {one.name: one.ndcg for one in report.judged if one.repeats == repeats}
        for baseline in ("popularity", "implicit ALS alone", "personal top"):
            ratio = bootstrap_ratio(by_name["recommender"], by_name[baseline])
            counted = "all" if repeats else "new"
            lines.append(f"- {counted}: ours / {baseline}: {ratio.mean:.3f} ({ratio.low:.3f} to {ratio.high:.3f})")
    return lines


def _plain(report: Report) -> dict[str, object]:
    plain = asdict(report)
    for one in (*plain["judged"], *plain["new_people"]):
        for name in ("ndcg", "recall"):
            one[name] = asdict(bootstrap(one[name]))
    return plain


def main() -> None:
    """Write `recommending.json` and `recommending.md` into the folder, and print the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", choices=("grocer", "demo"))
    asked = parser.parse_args()
    reports = []
    if asked.only != "demo":
        records = sold_until(grocer_records(data_folder()), GROCER[0])
        reports.append(measure("The grocer of completejourney", records, *GROCER))
    if asked.only != "grocer":
        reports.append(measure("The demo shop", *demo_records()))
    asked.out.mkdir(parents=True, exist_ok=True)
    told = "\n".join(page(report) for report in reports)
    (asked.out / "recommending.md").write_text(told, "utf-8")
    (asked.out / "recommending.json").write_text(json.dumps([_plain(one) for one in reports], default=str), "utf-8")
    print(told)


if __name__ == "__main__":
    main()
