"""Another Hawker to speak through: `hawker serve` in a process of its own, or its application over a scripted model."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from core.settings import load_settings
from engine.scripted import Answer, ScriptedEngine
from engine.shelf import Manifest
from server.app import create_app
from server.running import server_config

MODEL = "smollm2-135m"
ROOT = Path(__file__).resolve().parents[2]
UP_SECONDS = 240


@contextmanager
def scripted_hawker(folder: Path, answer: Answer) -> Iterator[str]:
    """The base address of one in this process, whose model is installed by name only and answers as told."""
    install_by_name(folder / "models")
    settings = load_settings(home=folder, models=folder / "models", engine="scripted", port=free_port())
    app = create_app(settings)
    server = uvicorn.Server(server_config(app, settings))
    thread = threading.Thread(target=server.run)
    thread.start()
    url = f"http://127.0.0.1:{settings.port}"
    try:
        await_up(url, thread.is_alive)
        app.state.house._engines[MODEL] = ScriptedEngine(answer, model=MODEL)
        yield f"{url}/v1"
    finally:
        server.should_exit = True
        thread.join()


def install_by_name(models: Path) -> None:
    """A model that is there as far as anybody can tell without loading it."""
    (models / MODEL).mkdir(parents=True)
    Manifest(MODEL, "language", "test", "Apache-2.0", ("en",), "", {}).write(models / MODEL)


class HawkerProcess:
    """`hawker serve` over an empty home. It can be killed and started again at its address."""

    def __init__(self, home: Path, model_folder: Path | None = None) -> None:
        """One real model, or without a folder one that repeats what it is asked."""
        models = home / "models"
        if model_folder is None:
            install_by_name(models)
        else:
            models.mkdir(parents=True)
            (models / MODEL).symlink_to(model_folder)
        self.port, self._log = free_port(), home / "log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HAWKER_")}
        self._environment = {**kept, "HAWKER_HOME": str(home), "HAWKER_MODELS": str(models)}
        self._environment |= {} if model_folder else {"HAWKER_ENGINE": "scripted"}
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        command = [sys.executable, "-m", "cli", "serve", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stderr=log)

    def await_up(self) -> None:
        """Until it listens; its first answer waits for the model."""
        await_up(f"http://127.0.0.1:{self.port}", lambda: self._process.poll() is None)

    def kill(self) -> None:
        """As the kernel would; its engine's process ends with it."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(40)
        except subprocess.TimeoutExpired:
            self.kill()


def await_up(url: str, is_alive: Callable[[], bool]) -> None:
    deadline = time.monotonic() + UP_SECONDS
    while time.monotonic() < deadline:
        assert is_alive(), "the other Hawker ended"
        try:
            if httpx.get(f"{url}/livez", timeout=30).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError("the other Hawker was not up in time")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
