"""A real `hawker serve` in a process of its own, over a shop, ready when it is handed out."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from core.errors import HawkerError
from core.settings import PREFIX, Settings
from evals.demo_home import TAKEN_OVER

READY_SECONDS = 600.0
STOP_SECONDS = 45.0
ROOT = Path(__file__).resolve().parents[2]
MOST_AT_ONCE = 1_000
"""admitted at once: a benchmark measures the work, and not the refusals"""


@dataclass(frozen=True, slots=True)
class Server:
    """One that listens. `process_id` is of the web process."""

    url: str
    process_id: int
    model: str

    def memory(self) -> tuple[float, float]:
        """Resident MB of the web process, and of all engine processes together."""
        web = psutil.Process(self.process_id)
        engines = (_resident(child) for child in web.children(recursive=True))
        return _resident(web), sum(engines)


@contextmanager
def shop_server(settings: Settings) -> Iterator[Server]:
    """`hawker serve` over these settings' home, all models warm. Raises `HawkerError` with its last line where it does
    not come up."""
    port = free_port()
    command = [sys.executable, "-P", "-m", "cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with started(command, f"http://127.0.0.1:{port}", "/readyz", _environment(settings)) as process:
        yield Server(f"http://127.0.0.1:{port}", process.pid, settings.model)


@contextmanager
def started(
    command: Sequence[str], url: str, ready: str, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, once `url` + `ready` answers 200. Stopped politely at the end, then not."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603 - our own module
        try:
            _await(f"{url}{ready}", process, log.fileno())
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def inherited() -> dict[str, str]:
    """This process's environment without settings, from where our modules are found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))}


def _environment(settings: Settings) -> dict[str, str]:
    """What the server shares with whoever measures it, and limits that do not stand in the way."""
    told = {name: getattr(settings, name) for name in ("home", "models", *TAKEN_OVER)} | {"max_waiting": MOST_AT_ONCE}
    return inherited() | {f"{PREFIX}{name.upper()}": str(value) for name, value in told.items() if value is not None}


def _await(url: str, process: subprocess.Popen[bytes], log: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise HawkerError(f"bench serve: the server ended: {_last_line(log)}")
        try:
            if httpx.get(url, timeout=10).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass  # not listening yet
        time.sleep(0.2)
    raise HawkerError(f"bench serve: the server was not ready within {READY_SECONDS:.0f} s: {_last_line(log)}")


def _last_line(log: int) -> str:
    lines = os.pread(log, os.fstat(log).st_size, 0).decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 2**20
    except psutil.NoSuchProcess:
        return 0.0
