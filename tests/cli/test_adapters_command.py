"""`hawker adapters` and `hawker finetune` as a user types them, up to where a model would be asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.settings import load_settings
from engine.adapter_manifest import CONFIG, WEIGHTS, AdapterManifest, write_manifest

BASE = "not-installed"
Hawker = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An adapter whose base is not installed here, so that nothing can be compared with it."""
    made = tmp_path / "mine"
    made.mkdir()
    (made / CONFIG).write_text("{}", "utf-8")
    (made / WEIGHTS).write_bytes(b"")
    prompts = ("copy/ad@1#00000000-bare:en",)
    write_manifest(made, AdapterManifest("mine", BASE, "0" * 64, ("copy",), ("en",), prompts, "", {}, {}, "ours", ""))
    return made


def listed(hawker: Hawker, home: Path) -> dict[str, Any]:
    (told,) = hawker("adapters", "list", "--json", HAWKER_HOME=str(home)).json_lines()
    return {row["name"]: row for row in told["adapters"]}


def test_an_adapter_is_taken_in_promoted_rolled_back_and_removed(hawker: Hawker, folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    here = {"HAWKER_HOME": str(home), "HAWKER_MODEL": BASE}
    assert hawker("adapters", "add", str(folder), **here).status == 0
    assert listed(hawker, home)["mine"]["live"] == ""
    assert hawker("adapters", "promote", "mine", "--force", **here).status == 0
    assert listed(hawker, home)["mine"]["live"] == "yes"
    assert "rollback" in hawker("adapters", "remove", "mine", **here).err
    assert hawker("adapters", "rollback", **here).status == 0
    assert hawker("adapters", "remove", "mine", **here).status == 0
    assert "mine" not in listed(hawker, home)


def test_the_list_warns_of_prompts_that_changed(hawker: Hawker, folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    hawker("adapters", "add", str(folder), HAWKER_HOME=str(home))
    assert listed(hawker, home)["mine"]["prompts"].startswith("1 changed")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("adapters", "promote", "hose"), "adapter"),
        (("adapters", "add", "nowhere"), "a folder with adapter_config.json"),
        (("adapters", "rollback", "--model", "nothing"), "promoted before"),
        (("finetune", "nowhere.yaml"), "cpu-smollm2"),
        (("finetune", "run", "cpu-smollm2", "--name", "My Brand"), "--name"),
        (("finetune", "run", "cpu-smollm2", "--name", "mine", "--data", "nowhere.csv"), "nowhere.csv"),
        (("finetune", "run", "cpu-smollm2"), "house-en"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    hawker: Hawker, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    given = hawker(*arguments, HAWKER_HOME=str(tmp_path / "home"))
    assert given.status == 2
    assert said in given.err
    assert len(given.err.strip().splitlines()) == 1


def test_training_without_its_libraries_says_how_to_get_them(hawker: Hawker, monkeypatch: pytest.MonkeyPatch) -> None:
    import finetune.extras

    monkeypatch.setattr(finetune.extras, "LIBRARIES", ("trl", "no_such_library"))
    given = hawker("finetune", "cpu-smollm2")
    assert (given.status, given.out) == (2, "")
    assert "pip install 'hawker[train]'" in given.err


def test_settings_know_the_adapter(tmp_path: Path) -> None:
    assert load_settings(home=tmp_path).adapter == "live"
    assert json.loads(load_settings(home=tmp_path, adapter="none").model_dump_json())["adapter"] == "none"
