"""Adapters at run time: as PEFT computes them, off when not asked for, never mixed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.host import HostedEngine
from engine.runtime import RuntimeSpec

pytestmark = pytest.mark.model
LINES = range(10)


@pytest.fixture(scope="module", params=["openvino", "transformers"])
def engine(request: pytest.FixtureRequest, model_folder: Path, recitals: dict[str, Any]) -> Iterator[HostedEngine]:
    adapters = {name: recital.folder for name, recital in recitals.items()}
    spec = RuntimeSpec("smollm2-135m", model_folder, adapters=adapters, exact=True)
    engine = HostedEngine(spec, request.param, frozenset({"en"}))
    yield engine
    engine.close()


def recite(engine: HostedEngine, line_request: Any, adapter: str | None) -> list[str]:
    return [result.text for result in engine.generate([line_request(number, adapter) for number in LINES])]


@pytest.mark.parametrize("name", ["sea", "town"])
def test_an_adapter_answers_as_peft_does(
    engine: HostedEngine, recitals: dict[str, Any], line_request: Any, name: str
) -> None:
    recital = recitals[name]
    assert sum(said == line for said, line in zip(recital.by_peft, recital.lines, strict=True)) >= 9, "badly trained"
    answers = recite(engine, line_request, name)
    assert sum(ours == peft for ours, peft in zip(answers, recital.by_peft, strict=True)) >= 9


def test_without_an_adapter_the_base_model_speaks_before_and_after(
    engine: HostedEngine, recitals: dict[str, Any], line_request: Any
) -> None:
    before = recite(engine, line_request, None)
    assert recite(engine, line_request, "sea") != before
    assert recite(engine, line_request, None) == before
    known = {*recitals["sea"].lines, *recitals["town"].lines}
    assert not known & set(before)


def test_two_adapters_in_one_batch_do_not_mix(
    engine: HostedEngine, recitals: dict[str, Any], line_request: Any
) -> None:
    names = ["sea", "town", None]
    alone = {name: recite(engine, line_request, name) for name in names}
    together = engine.generate([line_request(number, name) for number in LINES for name in names])
    for at, name in enumerate(names):
        assert [result.text for result in together[at :: len(names)]] == alone[name]
