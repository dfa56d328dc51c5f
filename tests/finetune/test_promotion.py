"""The promotion gate's rule, over reports of invented cases: no model is asked."""

from __future__ import annotations

import pytest

from core.settings import Settings
from engine.adapter_manifest import CONFIG, WEIGHTS, AdapterManifest, write_manifest
from engine.adapters import Adapters
from evals.held_out.counts import Count
from evals.held_out.figures import figures_of
from evals.held_out.results import Case, HeldOutReport, Speaker, SuiteResult
from finetune import promotion

BASE = "not-installed"
CASES = 40
COPY = list(figures_of("copy"))


def report(adapter: str, hits: int, **others: int) -> HeldOutReport:
    """`hits` of 10 lines fit in each of 40 orders; by keyword another figure's."""
    primary = next(figure.name for figure in COPY if figure.primary)
    counts = {primary: Count(hits, 10), **{name: Count(value, 10) for name, value in others.items()}}
    cases = tuple(Case(f"copy/{number}", "en", "", (), (), counts) for number in range(CASES))
    speakers = (Speaker("en", BASE, adapter),)
    return HeldOutReport(speakers, ("pets",), True, 1, "here", "now", 1.0, (SuiteResult("copy", cases),))


@pytest.fixture
def gate(home: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Three adapters for a base that is not installed; what they are worth stands in their names."""
    for name, metrics, recipe in (
        ("live", {}, {}),
        ("other", {}, {}),
        ("brand", {"held_out_loss": 1.5, "held_out_loss_before": 2.0}, {"continue_from": "live"}),
    ):
        folder = home.home / "made" / name
        folder.mkdir(parents=True)
        (folder / CONFIG).write_text("{}", "utf-8")
        (folder / WEIGHTS).write_bytes(name.encode())
        write_manifest(folder, AdapterManifest(name, BASE, "0", ("copy",), ("en",), (), "", recipe, metrics, "", ""))
        Adapters(home).add(folder)
    Adapters(home).promote("live")
    monkeypatch.setattr(promotion, "served_as_trained", lambda settings, adapter: None)
    return home


def considered(
    gate: Settings, monkeypatch: pytest.MonkeyPatch, name: str, live: HeldOutReport, new: HeldOutReport
) -> promotion.Verdict:
    written = {"live": live, name: new}
    monkeypatch.setattr(promotion, "quick_report", lambda settings, languages, tasks: written[settings.adapter])
    return promotion.consider(gate, name)


def test_a_better_one_goes_live(gate: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = considered(gate, monkeypatch, "other", report("live", 5), report("other", 7))
    assert verdict.promoted
    assert (verdict.before, Adapters(gate).history(BASE)[-1]) == ("live", "other")


@pytest.mark.parametrize("hits", [5, 3])
def test_an_equal_or_a_worse_one_stays_behind(gate: Settings, monkeypatch: pytest.MonkeyPatch, hits: int) -> None:
    verdict = considered(gate, monkeypatch, "other", report("live", 5), report("other", hits))
    assert not verdict.promoted
    assert Adapters(gate).history(BASE)[-1] == "live"


def test_one_that_is_better_but_loses_a_check_stays_behind(gate: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    other = next(figure.name for figure in COPY if not figure.primary)
    verdict = considered(gate, monkeypatch, "other", report("live", 5, **{other: 9}), report("other", 8, **{other: 4}))
    assert not verdict.promoted
    assert any(line.startswith("loses: copy") for line in verdict.why)


def test_a_brand_that_learned_its_own_rows_and_loses_nothing_goes_live(
    gate: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert considered(gate, monkeypatch, "brand", report("live", 5), report("brand", 5)).promoted


def test_a_brand_that_forgot_the_rest_stays_behind(gate: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not considered(gate, monkeypatch, "brand", report("live", 8), report("brand", 5)).promoted


def test_equal_weights_are_measured_once(gate: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    considered(gate, monkeypatch, "other", report("live", 5), report("other", 5))
    monkeypatch.setattr(promotion, "quick_report", lambda settings, languages, tasks: pytest.fail("measured again"))
    assert not promotion.consider(gate, "other").promoted
