"""Training as a user runs it, on the real small model: cut off and gone on with, and by two processes at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.settings import Settings
from engine.adapter_manifest import AdapterManifest, read_manifest
from engine.adapters import Adapters
from tests.conftest import WEIGHTS

ROOT = Path(__file__).resolve().parents[2]
RECIPE = """
base: smollm2-135m
name: {name}
data: [kitchen]
tasks: [support]
languages: [en]
lora: {{rank: 4, alpha: 8}}
training: {{epochs: 0.25, learning_rate: 1.0e-3, pack_tokens: 320, packs_per_step: 4, evaluations: 8, held_out: 0.06,
  precision: float32}}
"""
SLOW = 300
"""seconds after which a run is given up"""

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("model_folder")]


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> AdapterManifest:
    """One process, nothing in its way."""
    home = tmp_path_factory.mktemp("whole")
    finished(start(home, "whole"))
    return read_manifest(home / "adapters" / "whole")


def start(home: Path, name: str, *flags: str, launcher: tuple[str, ...] = ("-m",)) -> subprocess.Popen[str]:
    recipe = home / f"{name}.yaml"
    recipe.write_text(RECIPE.format(name=name), "utf-8")
    command = [sys.executable, *launcher, "cli", "finetune", "run", str(recipe), *flags]
    environment = {**os.environ, "HAWKER_HOME": str(home), "HAWKER_MODELS": str(WEIGHTS)}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def finished(run: subprocess.Popen[str]) -> str:
    out, err = run.communicate(timeout=SLOW)
    assert run.returncode == 0, err[-2000:]
    return out


def test_a_killed_run_goes_on_to_the_same_loss(home: Settings, whole_run: AdapterManifest) -> None:
    home.home.mkdir(parents=True)
    run = start(home.home, "cut")
    checkpoints = home.home / "finetune" / "cut" / "checkpoints"
    ends = time.monotonic() + SLOW
    while not list(checkpoints.glob("checkpoint-*/trainer_state.json")):
        assert run.poll() is None, run.communicate()[1][-2000:]
        assert time.monotonic() < ends
        time.sleep(0.2)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    again = start(home.home, "cut")
    assert again.wait(SLOW) == 2
    assert "--resume" in again.communicate()[1]
    finished(start(home.home, "cut", "--resume"))
    made = Adapters(home).get("cut").manifest
    assert made.metrics["held_out_loss"] == pytest.approx(whole_run.metrics["held_out_loss"], rel=0.01)
    assert made.metrics["steps"] == whole_run.metrics["steps"]
    assert made.metrics["held_out_loss"] < made.metrics["held_out_loss_before"]


def test_two_processes_learn_what_one_does(home: Settings, whole_run: AdapterManifest) -> None:
    home.home.mkdir(parents=True)
    launch = ("-m", "accelerate.commands.launch", "--cpu", "--num_processes", "2", "--num_machines", "1")
    plain = ("--mixed_precision", "no", "--dynamo_backend", "no", "-m")
    finished(start(home.home, "pair", launcher=(*launch, *plain)))
    made = Adapters(home).get("pair").manifest
    assert made.metrics["held_out_loss"] == pytest.approx(whole_run.metrics["held_out_loss"], rel=0.02)
    assert made.metrics["steps"] == whole_run.metrics["steps"]


def test_the_adapter_tells_what_it_is(whole_run: AdapterManifest) -> None:
    assert whole_run.tasks == ("support",)
    assert whole_run.prompts[0].startswith("support/reply@")
    assert json.dumps(dict(whole_run.recipe))
    assert len(whole_run.base_sha256) == len(whole_run.data_sha256) == 64
