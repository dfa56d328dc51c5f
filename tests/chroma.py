"""A real Chroma server for tests, started once a run as its users start it, and a database of its own for each test."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.ports import free_port

PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class ChromaProcess:
    """A running server."""

    port: int
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self) -> str:
        """A `HAWKER_CHROMA_URL` that nobody was given before."""
        return f"http://127.0.0.1:{self.port}/shop-{next(self._numbers)}"


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    """The server of this run."""
    folder, port = tmp_path_factory.mktemp("chroma"), free_port()
    command = [Path(sys.executable).with_name("chroma"), "run", "--path", folder, "--host", "127.0.0.1"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, "--port", str(port)], stdout=log, stderr=log)
    try:
        _wait_for(port, process, folder / "log")
        yield ChromaProcess(port)
    finally:
        process.kill()
        process.wait(PATIENCE_SECONDS)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        assert process.poll() is None, log.read_text()
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat").raise_for_status()
        except httpx.HTTPError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        else:
            return
