"""A home made from a backup answers as the first one did, by the commands that docs/DEPLOY.md tells."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import environment, run_process

pytestmark = pytest.mark.model
QUESTION = "How many days do I have to return a lamp?"


def test_a_backup_becomes_a_home_that_answers(indexed_home: Path, tmp_path: Path) -> None:
    first = environment(indexed_home)
    saved = run_process(["backup", str(tmp_path / "copy"), "--json"], first)
    assert saved.status == 0, saved.err
    key = shutil.copy2(indexed_home / "secrets" / "data.key", tmp_path / "apart.key")

    # The model is silent: what is answered comes from the records and the index alone.
    other = environment(tmp_path / "other", HAWKER_ENGINE="scripted")
    made = run_process(["restore", str(tmp_path / "copy"), "--key", str(key), "--json"], other)
    assert made.status == 0, made.err
    indexed = run_process(["shop", "index", "--json"], other)
    (told,) = indexed.json_lines()
    assert told["index"]["documents"]["embedded"] > 0

    (answer,) = run_process(["ask", QUESTION, "--json"], other).json_lines()
    assert answer["action"] == "answer"
    assert "30 days" in answer["answer"]
    (order,) = run_process(["ask", "Where is my order?", "--customer", "ann", "--json"], other).json_lines()
    assert "O-ann" in order["answer"]  # whose sealed records the key opens


def test_another_key_makes_no_home(indexed_home: Path, tmp_path: Path) -> None:
    assert run_process(["backup", str(tmp_path / "copy")], environment(indexed_home)).status == 0
    assert run_process(["shop", "status"], environment(tmp_path / "stranger")).status == 0
    key = tmp_path / "stranger" / "secrets" / "data.key"
    refused = run_process(["restore", str(tmp_path / "copy"), "--key", str(key)], environment(tmp_path / "other"))
    assert refused.status == 2
    assert "sealed with" in refused.err
    assert len(refused.err.splitlines()) == 1


def test_a_data_key_is_changed_by_command(indexed_home: Path, tmp_path: Path) -> None:
    key = shutil.copy2(indexed_home / "secrets" / "data.key", tmp_path / "apart.key")
    assert run_process(["backup", str(tmp_path / "copy")], environment(indexed_home)).status == 0
    other = environment(tmp_path / "other")
    assert run_process(["restore", str(tmp_path / "copy"), "--key", str(key)], other).status == 0
    (told,) = run_process(["data-key", "rotate", "--json"], other).json_lines()
    assert told["values"] > 0
    assert (tmp_path / "other" / "secrets" / "data.key").read_bytes() != key.read_bytes()
    assert run_process(["shop", "status"], other).status == 0
