"""`hawker insight train|score|models|update` over a table, as a user types it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.cli.conftest import Hawker


def _file(path: Path, seed: int, bias: float = 0.0, rows: int = 600) -> Path:
    """Who is rich pays back."""
    rng = np.random.default_rng(seed)
    income = rng.normal(size=rows)
    pays = rng.random(rows) < 1 / (1 + np.exp(-2 * income - bias))
    pl.DataFrame({"who": range(rows), "income": income, "pays": np.where(pays, "yes", "no")}).write_csv(path)
    return path


def test_a_table_is_learnt_scored_listed_and_learnt_on(hawker: Hawker, tmp_path: Path) -> None:
    home = {"HAWKER_HOME": str(tmp_path / "home")}
    file = _file(tmp_path / "loans.csv", 1)
    trained = hawker(
        "insight", "train", str(file), "--target", "pays", "--id", "who", "--trials", "0", "--json", **home
    )
    (card,) = trained.json_lines()
    assert (card["name"], card["rows"], card["yes"]) == ("loans", 600, "yes")
    (listed,) = hawker("insight", "models", "--json", **home).json_lines()
    assert [one["name"] for one in listed["models"]] == ["loans"]
    (scored,) = hawker("insight", "score", "loans", str(file), "--id", "who", "--json", **home).json_lines()
    assert len(scored["scores"]) == 600
    assert scored["scores"][0]["reasons"][0]["feature"] == "income"
    changed = _file(tmp_path / "new.csv", 2, bias=-2.0)
    (found,) = hawker("insight", "update", "loans", str(changed), "--json", **home).json_lines()
    assert found["answers"]["verdict"] == "drifted"
    assert found["took"] == (found["version"] != card["version"])
    assert "drifted" in hawker("insight", "update", "loans", str(_file(tmp_path / "n.csv", 3, -3.0)), **home).out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["train", "foo"], "WHAT: got 'foo'"),
        (["train", "purchase"], "at least 500 buyers"),
        (["train", "response"], "--campaign"),
        (["train", "sentiment"], "labelled texts"),
        (["score", "nope"], "model: got 'nope'"),
        (["score", "../nope"], "letters, digits"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(hawker: Hawker, arguments: list[str], told: str) -> None:
    said = hawker("insight", *arguments)
    assert said.status == 2
    assert told in said.err
    assert len(said.err.strip().splitlines()) == 1
