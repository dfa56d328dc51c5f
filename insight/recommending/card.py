"""A recommender's card: what it learnt from, and how well it did in a window that it had not seen. Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from insight.recommending.judging import Judged, judge, lists_by, lists_of, truth
from insight.recommending.people import draw_people
from insight.recommending.ranking_quality import bootstrap, bootstrap_ratio
from insight.recommending.recommender import Recommender
from insight.recommending.records import Records
from insight.recommending.training import Trained

BASELINE = "popularity"
OURS = "recommender"


def judge_trained(trained: Trained, records: Records) -> tuple[Judged, ...]:
    """The earlier recommender and the sources in it, each alone, over the newest window; both ways of counting.

    Empty where the records held one window only.
    """
    if trained.earlier is None:
        return ()
    return judge_all(trained.earlier, records, trained.earlier.trained, trained.days)


def judge_all(recommender: Recommender, records: Records, after: datetime, days: int) -> tuple[Judged, ...]:
    """`recommender` and its sources alone over the window that begins at `after`, both ways of counting."""
    found: list[Judged] = []
    items = recommender.catalogue.ids
    for repeats in (True, False):
        wanted = truth(records, after, days, repeats)
        persons = sorted(wanted)
        if not persons:
            continue
        lists = lists_of(recommender, records, persons, after, repeats)
        found.append(judge(OURS, lists, wanted, len(items), repeats))
        people = draw_people(records, persons, items, after)
        for source in recommender.sources:
            lists = lists_by(source.scores(people), records, persons, items, after, repeats)
            found.append(judge(source.name, lists, wanted, len(items), repeats))
    return tuple(found)


def card(trained: Trained, judged: Sequence[Judged]) -> str:
    """The whole page."""
    whole = trained.recommender
    lines = [
        "# The recommender",
        "",
        f"Trained on what was known at {whole.trained:%Y-%m-%d %H:%M} UTC: {len(whole.catalogue.ids):,} items, "
        f"{trained.people:,} people, windows of {trained.days} days. It holds items, no people. Sources: "
        f"{', '.join(source.name for source in whole.sources)}; two LightGBM rankers over them.",
        "",
        "Not for anything but choosing what to show: its scores compare one person's items and are no probabilities.",
        "",
    ]
    if not judged:
        return "\n".join([*lines, "Too few days to judge it on a window that it had not seen.", ""])
    begin = whole.trained - timedelta(days=trained.days)
    lines += [f"## The window from {begin:%Y-%m-%d}, unseen", ""]
    return "\n".join([*lines, *table(judged), ""])


def table(judged: Sequence[Judged]) -> list[str]:
    """Markdown lines: means over people with 95 % bootstrap intervals, and the ratio to popularity's NDCG."""
    lines = [
        "| | counted | people | NDCG@10 | recall@10 | coverage | NDCG / popularity's |",
        "|---|---|---|---|---|---|---|",
    ]
    base = {one.repeats: one.ndcg for one in judged if one.name == BASELINE}
    for one in judged:
        quality, found = bootstrap(one.ndcg), bootstrap(one.recall)
        ratio = bootstrap_ratio(one.ndcg, base[one.repeats])
        lines.append(
            f"| {one.name} | {'all' if one.repeats else 'new'} | {len(one.ndcg)} "
            f"| {quality.mean:.4f} ({quality.low:.4f} to {quality.high:.4f}) | {found.mean:.4f} "
            f"| {one.coverage:.2%} | {ratio.mean:.2f} ({ratio.low:.2f} to {ratio.high:.2f}) |"
        )
    return lines
