"""Two runs side by side: a better one is told from noise, a worse one is never better, and reports survive the disk."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.evals import app
from core.errors import UserError
from evals.held_out.comparing import compare
from evals.held_out.counts import Count
from evals.held_out.markdown import report_markdown
from evals.held_out.results import Case, HeldOutReport, Measure, Speaker, SuiteResult, read_report

CASES = 40


def report(adapter: str | None, copy: float, served: float, invented: int = 0, on_fact: float = 1.0) -> HeldOutReport:
    """A run whose lines pass with probability `copy`, and whose questions are served with probability `served`."""
    chance = random.Random(f"{copy} {served}")

    def drawn(share: float, of: int) -> Count:
        return Count(sum(chance.random() < share for _ in range(of)), of)

    copies = [
        Case(f"copy/{at}", "en" if at % 2 else "zh", "Mat", ("headline: Warm",), (),
             {"as_written": drawn(copy, 12), "on_fact": drawn(on_fact, 12)})
        for at in range(CASES)
    ]  # fmt: skip
    turns = [
        Case(f"support/{at}", "en", "Open?", ("answer: Yes.",), ("invented: 9",) if at < invented else (),
             {"served": drawn(served, 1), "no_invention": Count(int(at >= invented))})
        for at in range(CASES)
    ]  # fmt: skip
    suites = (SuiteResult("copy", tuple(copies), (Measure("distinct-2", "en", 0.7, 40),)),
              SuiteResult("support", tuple(turns)))  # fmt: skip
    speakers = (Speaker("en", "smollm2-135m", adapter),)
    return HeldOutReport(speakers, ("pets",), True, 1, "a machine", "2026-01-01T00:00:00+00:00", 1.0, suites)


BARE = report(None, copy=0.5, served=0.7)


def test_a_clear_gain_without_a_loss_is_better() -> None:
    found = compare(BARE, report("ours", copy=0.9, served=0.75))
    assert found.better
    assert found.losses == ()
    assert found.primary.low > 0


def test_the_same_run_again_is_not_better() -> None:
    found = compare(BARE, BARE)
    assert not found.better
    assert found.losses == ()


def test_a_gain_that_costs_another_figure_is_not_better() -> None:
    found = compare(BARE, report("vague", copy=0.9, served=0.8, on_fact=0.6))
    assert found.primary.low > 0
    assert not found.better
    (loss,) = found.losses
    assert loss.startswith("copy: texts that carry a word of the fact")


def test_one_invented_number_is_a_loss_whatever_the_noise() -> None:
    found = compare(BARE, report("bold", copy=0.9, served=0.8, invented=1))
    assert not found.better
    assert any("without a number" in loss for loss in found.losses)


def test_a_worse_adapter_is_caught() -> None:
    found = compare(report("live", copy=0.9, served=0.8), report("worse", copy=0.7, served=0.8))
    assert not found.better
    assert any("as the model wrote them" in loss for loss in found.losses)


def test_only_common_cases_are_compared() -> None:
    fewer = replace(BARE, suites=(replace(BARE.suites[0], cases=BARE.suites[0].cases[:10]),))
    rows = compare(BARE, fewer).rows
    assert {row.suite for row in rows} == {"copy"}
    assert max(row.difference.cases for row in rows) == 10
    with pytest.raises(UserError, match="two runs of the same suites"):
        compare(BARE, replace(BARE, suites=()))


def test_a_report_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    path.write_text(BARE.to_json(), "utf-8")
    assert read_report(path) == BARE
    shares = json.loads(path.read_text("utf-8"))["shares"]
    assert {(one["suite"], one["figure"], one["language"]) for one in shares} >= {("copy", "as_written", "zh")}


def test_what_is_no_report_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"report: got .*hawker eval"):
        read_report(tmp_path / "none.json")
    path = tmp_path / "bad.json"
    path.write_text('{"speakers": 3}', "utf-8")
    with pytest.raises(UserError, match=r"report bad.json: speakers: got '3'"):
        read_report(path)


def test_the_markdown_says_who_wrote_what_is_wanted_and_what_went_wrong() -> None:
    text = report_markdown(report("ours", copy=0.8, served=0.8, invented=2))
    assert "smollm2-135m with ours (en)" in text
    assert "0.90 missed" in text
    assert "invented: 9" in text
    assert "| distinct-2 | en | 0.700 | 40 |" in text


def test_the_command_lays_two_files_side_by_side(tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text(BARE.to_json(), "utf-8")
    second.write_text(report("ours", copy=0.9, served=0.75).to_json(), "utf-8")
    shown = CliRunner().invoke(app, ["compare", str(first), str(second)])
    assert "**The second is better.**" in shown.stdout
    found = json.loads(CliRunner().invoke(app, ["compare", str(second), str(first), "--json"]).stdout)
    assert found["better"] is False
    assert found["losses"]
