"""`--json`: standard output carries JSON and nothing else, with the fields of the contract. Run as processes, for a
library that prints past Python would be missed otherwise."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import environment, run_process

VARIANT = {"parts", "rank", "score", "score_kind", "facts", "checks", "repaired"}
COPY = {"variants", "dropped", "conditioned_on", "prompt", "model", "adapter", "seed", "seconds"}
ANSWER = {"answer", "action", "reason", "citations", "conditioned_on", "seconds", "first_text_seconds"}
DRAFT = {"customer", "context", "subject", "body", "slots", "conditioned_on", "checks"}
SUMMARY = {"recipients", "contexts", "generations", "tokens", "excluded", "failed", "seconds"}
CAMPAIGN = "name: thanks\ngoal: say thank you\nproducts: [LAMP-1]\n"


def printed(command: str, home: Path) -> list[Any]:
    said = run_process(shlex.split(command), environment(home))
    assert said.status == 0, said.err
    return said.json_lines()


def test_status_tells_counts_and_ids_to_try(shop_home: Path) -> None:
    (status,) = printed("shop status --json", shop_home)
    assert status["products"] == 2
    assert status["sample_products"] == ["LAMP-1", "SHELF-1"]
    assert status["sample_customers"] == ["ann", "bob"]


def test_models_are_listed_with_what_is_installed(shop_home: Path) -> None:
    (listed,) = printed("models list --json", shop_home)
    assert {"smollm2-135m", "gemma3-270m", "e5-small"} <= {model["name"] for model in listed["models"]}


@pytest.mark.model
def test_segments_count_every_customer(indexed_home: Path) -> None:
    (listed,) = printed("insight segments --json", indexed_home)
    assert sum(segment["customers"] for segment in listed["segments"]) == 2
    assert all(set(segment["title"]) == {"en", "zh"} for segment in listed["segments"])


@pytest.mark.model
def test_copy_has_the_contracts_fields(indexed_home: Path) -> None:
    (result,) = printed("copy --product LAMP-1 --channel meta-feed --segment loyal -n 2 --json", indexed_home)
    assert set(result) >= COPY
    assert result["conditioned_on"]["segment"] == "loyal"
    assert result["variants"] or result["dropped"]
    assert all(set(variant) >= VARIANT for variant in result["variants"])
    assert all(check["ok"] for variant in result["variants"] for check in variant["checks"])


@pytest.mark.model
def test_an_answer_has_the_contracts_fields(indexed_home: Path) -> None:
    (answer,) = printed("ask 'How long do I have to return a lamp?' --customer ann --json", indexed_home)
    assert set(answer) >= ANSWER
    assert set(answer["conditioned_on"]) >= {"intent", "sentiment", "segment"}
    assert "30" in answer["answer"]
    assert answer["citations"][0]["source"] == "document:knowledge/returns"


@pytest.mark.model
def test_emails_are_lines_and_then_a_summary(indexed_home: Path, tmp_path: Path) -> None:
    campaign = tmp_path / "thanks.yaml"
    campaign.write_text(CAMPAIGN)
    *drafts, last = printed(f"emails generate {campaign} --json", indexed_home)
    summary = last["summary"]
    assert set(last) == {"summary"}
    assert set(summary) >= SUMMARY
    assert summary["recipients"] == 2
    assert len(drafts) == 2 - summary["failed"]
    assert all(set(draft) >= DRAFT for draft in drafts)
