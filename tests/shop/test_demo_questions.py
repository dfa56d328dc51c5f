"""The graded questions: as many as promised, and every expected fact stands in the text that should answer it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shop.demo.catalogue import DATA

QUESTIONS = Path(__file__).parents[2] / "evals" / "questions"


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (QUESTIONS / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("name", "shares"),
    [
        ("demo.jsonl", {("en", True): 20, ("en", False): 10, ("zh", True): 20, ("zh", False): 10}),
        ("tau2_policy.jsonl", {("en", True): 20, ("en", False): 10}),
    ],
)
def test_questions_are_as_many_as_promised(name: str, shares: dict[tuple[str, bool], int]) -> None:
    rows = read(name)
    assert Counter((row["language"], row["answerable"]) for row in rows) == shares
    assert len({row["question"] for row in rows}) == len(rows)
    for row in rows:
        assert set(row) == {"question", "language", "answerable", "expect", "source"}
        assert bool(row["expect"]) == bool(row["source"]) == row["answerable"]


@pytest.mark.parametrize("row", [row for row in read("demo.jsonl") if row["answerable"]], ids=lambda row: row["source"])
def test_the_article_holds_the_expected_fact(row: dict[str, Any]) -> None:
    name, _, language = row["source"].rpartition(".")
    text = (DATA / "knowledge" / language / f"{name}.md").read_text(encoding="utf-8")
    assert language == row["language"]
    assert "visibility: staff" not in text
    assert any(fact.casefold() in text.casefold() for fact in row["expect"])


def test_the_policy_holds_the_expected_facts_but_not_the_questions(shared_data: Path) -> None:
    policy = (shared_data / "tau2_retail" / "policy.md").read_text(encoding="utf-8").casefold()
    for row in read("tau2_policy.jsonl"):
        assert row["question"].casefold() not in policy
        if row["answerable"]:
            assert any(fact.casefold() in policy for fact in row["expect"]), row["question"]
