"""Fixtures for every room. Each test has a home of its own; weights are shared, for they are large and never change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.settings import Settings, load_settings
from engine.shelf import is_installed, require_model

pytest_plugins = ["tests.chroma", "tests.postgresql"]

WEIGHTS = Path(os.environ.get("HAWKER_MODELS") or load_settings().models_dir)
MODEL = "smollm2-135m"
DATA = Path(os.environ["HAWKER_DATA"]) if os.environ.get("HAWKER_DATA") else None


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings over an empty home; `HAWKER_HOME` and `HAWKER_MODELS` point there for processes that a test starts."""
    for name in [name for name in os.environ if name.startswith("HAWKER_") and name != "HAWKER_DATA"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HAWKER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HAWKER_MODELS", str(WEIGHTS))
    return load_settings()


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The installed folder of the small model."""
    settings = load_settings()
    if not is_installed(settings, MODEL):
        pytest.skip(f"{MODEL} is not installed: hawker models pull {MODEL}")
    return require_model(settings, MODEL)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data sets named by `HAWKER_DATA`; the test is skipped where it is not at hand."""
    if DATA is None or not DATA.is_dir():
        pytest.skip("HAWKER_DATA names no folder of public data sets")
    return DATA
