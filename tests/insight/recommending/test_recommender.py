"""The whole: trained on a school's records, it knows the next course, a newcomer, and nothing of what comes later."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from core.errors import CorruptWeights, UserError
from insight.recommending.card import BASELINE, OURS, card, judge_trained
from insight.recommending.keeping import NUMBERS, load_recommender, save_recommender
from insight.recommending.records import INTERACTION_SCHEMA, Records
from insight.recommending.training import Trained, train_recommender


@pytest.fixture(scope="module")
def trained(school: Records, now: datetime) -> Trained:
    return train_recommender(school, now)


def _next_course(school: Records, now: datetime, trained: Trained) -> tuple[str, str]:
    """A pupil who goes to school still, and the course after their last."""
    going = school.taken(now - timedelta(days=10), now).filter(~pl.col("item").str.ends_with("11"))
    pupil, last = going.row(0)
    return pupil, f"{last[:-2]}{int(last[-2:]) + 1:02d}"


def test_the_next_course_comes_first(school: Records, now: datetime, trained: Trained) -> None:
    pupil, after = _next_course(school, now, trained)
    shown = trained.recommender.recommend(school, pupil, 3, as_of=now, diversity=0, repeats=False)
    assert after in [one.item for one in shown[:2]]
    assert all(one.reason and one.source and one.propensity == 1 for one in shown)


def test_it_beats_popularity_on_the_unseen_window(school: Records, trained: Trained) -> None:
    judged = {one.name: sum(one.ndcg) / len(one.ndcg) for one in judge_trained(trained, school) if not one.repeats}
    assert judged[OURS] > 1.25 * judged[BASELINE]


def test_what_comes_later_changes_nothing(school: Records, now: datetime, trained: Trained) -> None:
    later = pl.DataFrame(
        [("P000", "cook-11", now + timedelta(days=1), 1.0)] * 50, schema=INTERACTION_SCHEMA, orient="row"
    )
    more = Records(pl.concat([school.interactions, later]), school.items, school.groups)
    again = train_recommender(more, now).recommender
    assert again.recommend(more, "P000", as_of=now) == trained.recommender.recommend(school, "P000", as_of=now)


def test_a_newcomer_gets_what_their_kind_takes(school: Records, now: datetime, trained: Trained) -> None:
    shown = trained.recommender.recommend(school, "newcomer", 5, as_of=now, diversity=0)
    assert {one.source for one in shown} <= {"popularity", "classics", "group"}
    assert sum(one.item.startswith("paint") for one in shown) >= 4


def test_exclusion_and_bounds(school: Records, now: datetime, trained: Trained) -> None:
    first = trained.recommender.recommend(school, "P001", 1, as_of=now)[0].item
    assert first not in [x.item for x in trained.recommender.recommend(school, "P001", 5, as_of=now, exclude=[first])]
    with pytest.raises(UserError, match="diversity"):
        trained.recommender.recommend(school, "P001", as_of=now, diversity=2)


def test_kept_and_read_again_it_says_the_same(school: Records, now: datetime, trained: Trained, tmp_path: Path) -> None:
    folder = tmp_path / "recommender"
    for _ in range(2):
        save_recommender(trained.recommender, card(trained, judge_trained(trained, school)), folder)
    assert "Trained on" in (folder / "CARD.md").read_text("utf-8")
    again = load_recommender(folder)
    assert again.recommend(school, "P002", as_of=now) == trained.recommender.recommend(school, "P002", as_of=now)
    (folder / NUMBERS).write_bytes(b"nothing")
    with pytest.raises(CorruptWeights, match="train it again"):
        load_recommender(folder)
    with pytest.raises(UserError, match="hawker insight train recommender"):
        load_recommender(tmp_path / "none")


def test_too_little_is_refused_in_a_line(school: Records, now: datetime) -> None:
    few = Records(school.interactions.filter(pl.col("user") < "P050"), school.items, school.groups)
    with pytest.raises(UserError, match="at least 100 customers"):
        train_recommender(few, now)
    short = Records(school.interactions.filter(pl.col("at") > now - timedelta(days=40)), school.items, school.groups)
    with pytest.raises(UserError, match="three windows"):
        train_recommender(short, now)
