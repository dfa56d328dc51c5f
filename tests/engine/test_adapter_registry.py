"""The registry of adapters: what is there, which one is live, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import UserError
from core.settings import Settings
from engine.adapter_manifest import CONFIG, WEIGHTS, AdapterManifest, read_manifest, write_manifest
from engine.adapters import Adapters
from engine.shelf import Manifest

BASE, OTHER = "small-one", "other-one"
SHA = "ab" * 32


@pytest.fixture
def settings(home: Settings, tmp_path: Path) -> Settings:
    """A home with one installed model of which only the manifest is there."""
    models = tmp_path / "models"
    folder = models / BASE
    folder.mkdir(parents=True)
    Manifest(BASE, "language", "here", "Apache-2.0", ("en",), "test 1", {"model.gguf": SHA}).write(folder)
    return home.model_copy(update={"models": models})


def adapter(root: Path, name: str, base: str = BASE, sha: str = SHA, tasks: tuple[str, ...] = ("copy",)) -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    (folder / CONFIG).write_text("{}", "utf-8")
    (folder / WEIGHTS).write_bytes(name.encode())
    manifest = AdapterManifest(name, base, sha, tasks, ("en",), (), "0", {}, {}, "Apache-2.0", "2026-01-01")
    write_manifest(folder, manifest)
    return folder


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Adapters:
    adapter(tmp_path / "shipped", "house")
    return Adapters(settings, tmp_path / "shipped")


def live(registry: Adapters) -> str | None:
    found = registry.live(BASE, "copy", "en")
    return found.name if found else None


def test_the_shipped_adapter_is_live_until_another_is_promoted(registry: Adapters, tmp_path: Path) -> None:
    assert live(registry) == "house"
    registry.add(adapter(tmp_path, "mine"))
    assert live(registry) == "house"
    registry.promote("mine")
    assert live(registry) == "mine"


def test_several_that_ship_are_in_front_each_where_it_is_to_be_heard(settings: Settings, tmp_path: Path) -> None:
    for name, tasks in (("house", ("copy", "email")), ("house-letters", ("email",))):
        adapter(tmp_path / "shipped", name, tasks=tasks)
    registry = Adapters(settings, tmp_path / "shipped")
    found = [registry.live(BASE, task, "en") for task in ("copy", "email")]
    assert [one.name for one in found if one] == ["house", "house-letters"]


def test_rolling_back_goes_back_step_by_step_and_no_further(registry: Adapters, tmp_path: Path) -> None:
    for name in ("one", "two"):
        registry.add(adapter(tmp_path, name))
        registry.promote(name)
    assert [registry.rollback(BASE), live(registry)] == ["one", "one"]
    assert [registry.rollback(BASE), live(registry)] == ["house", "house"]
    with pytest.raises(UserError, match="promoted before"):
        registry.rollback(BASE)


def test_a_voice_for_one_task_leaves_the_others_to_the_one_before(settings: Settings, tmp_path: Path) -> None:
    adapter(tmp_path / "shipped", "house", tasks=("copy", "support"))
    registry = Adapters(settings, tmp_path / "shipped")
    registry.add(adapter(tmp_path, "brand", tasks=("copy",)))
    registry.promote("brand")

    def speaker(task: str, language: str = "en") -> str | None:
        found = registry.live(BASE, task, language)
        return found.name if found else None

    assert (speaker("copy"), speaker("support"), speaker("email"), speaker("copy", "zh")) == (
        "brand",
        "house",
        None,
        None,
    )
    assert registry.speaking(registry.get("house").manifest) == ("brand", "house")
    registry.promote("none", BASE)
    assert (speaker("copy"), speaker("support")) == (None, None)


def test_the_bare_model_can_be_put_in_front_and_taken_back(registry: Adapters) -> None:
    registry.promote("none", BASE)
    assert live(registry) is None
    registry.rollback(BASE)
    assert live(registry) == "house"


def test_promoting_twice_is_promoting_once(registry: Adapters, tmp_path: Path) -> None:
    registry.add(adapter(tmp_path, "mine"))
    registry.promote("mine")
    registry.promote("mine")
    assert registry.history(BASE) == ("house", "mine")


@pytest.mark.parametrize(("chosen", "expected"), [("none", None), ("house", "house"), ("live", "mine")])
def test_the_settings_choose_for_this_run(
    settings: Settings, registry: Adapters, tmp_path: Path, chosen: str, expected: str | None
) -> None:
    registry.add(adapter(tmp_path, "mine"))
    registry.promote("mine")
    assert live(Adapters(settings.model_copy(update={"adapter": chosen}), tmp_path / "shipped")) == expected


def test_an_adapter_speaks_for_its_own_base_alone(settings: Settings, registry: Adapters, tmp_path: Path) -> None:
    assert registry.live(OTHER, "copy", "en") is None
    assert (
        Adapters(settings.model_copy(update={"adapter": "house"}), tmp_path / "shipped").live(OTHER, "copy", "en")
        is None
    )


def test_one_made_for_other_weights_is_refused(registry: Adapters, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the weights of small-one that are installed"):
        registry.add(adapter(tmp_path, "stranger", sha="cd" * 32))
    assert [one.name for one in registry.all()] == ["house"]


def test_a_shipped_adapter_of_other_weights_is_not_live(settings: Settings, tmp_path: Path) -> None:
    adapter(tmp_path / "shipped", "house", sha="cd" * 32)
    assert Adapters(settings, tmp_path / "shipped").live(BASE, "copy", "en") is None


def test_what_is_live_or_shipped_cannot_be_removed(registry: Adapters, tmp_path: Path) -> None:
    registry.add(adapter(tmp_path, "mine"))
    registry.promote("mine")
    with pytest.raises(UserError, match="rollback"):
        registry.remove("mine")
    with pytest.raises(UserError, match="shipped"):
        registry.remove("house")
    registry.rollback(BASE)
    registry.remove("mine")
    assert [one.name for one in registry.all()] == ["house"]


def test_a_name_is_taken_once_unless_it_is_replaced(registry: Adapters, tmp_path: Path) -> None:
    folder = adapter(tmp_path, "mine")
    registry.add(folder)
    with pytest.raises(UserError, match="not taken"):
        registry.add(folder)
    write_manifest(folder, replace(read_manifest(folder), data_sha256="1"))
    assert registry.add(folder, replace=True).manifest.data_sha256 == "1"
    assert registry.get("mine").manifest.data_sha256 == "1"


def test_a_name_that_cannot_be_given_is_told_before_anything_is_trained(registry: Adapters, tmp_path: Path) -> None:
    registry.require_free("mine")
    registry.add(adapter(tmp_path, "mine"))
    registry.require_free("mine", replace=True)
    with pytest.raises(UserError, match="not taken"):
        registry.require_free("house", replace=True)
    registry.promote("mine")
    with pytest.raises(UserError, match="rollback"):
        registry.require_free("mine", replace=True)


@pytest.mark.parametrize("missing", [CONFIG, WEIGHTS, "MANIFEST.json"])
def test_a_folder_that_lacks_a_file_is_named(registry: Adapters, tmp_path: Path, missing: str) -> None:
    folder = adapter(tmp_path, "mine")
    (folder / missing).unlink()
    with pytest.raises(UserError, match=missing):
        registry.add(folder)


def test_a_manifest_that_is_not_one_is_told(registry: Adapters, tmp_path: Path) -> None:
    folder = adapter(tmp_path, "mine")
    (folder / "MANIFEST.json").write_text(json.dumps({"name": "mine"}), "utf-8")
    with pytest.raises(UserError, match="base_sha256"):
        registry.add(folder)


def test_an_unknown_name_is_answered_with_those_that_there_are(registry: Adapters) -> None:
    with pytest.raises(UserError, match="one of: house"):
        registry.get("hose")
