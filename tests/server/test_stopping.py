"""SIGTERM to a real `hawker serve` with a scripted model: unready at once, the running stream ends whole, status 0."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import WEIGHTS
from tests.ports import free_port
from tests.server.conftest import HEARD_OUT, await_ready

pytestmark = pytest.mark.model
SMALL_BUFFER = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]
LONG = ("w" * 20 + " ") * 6_000
"""more, as events, than lies in the sockets' buffers: the stream runs for as long as nobody reads it"""
PATIENCE = 300


@dataclass(frozen=True)
class Served:
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def lines(self) -> list[dict[str, object]]:
        """The log, each line of which has to be JSON."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if not line.startswith("Hawker listens")]


@pytest.fixture
def served(shop_home: Path, tmp_path: Path) -> Iterator[Served]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HAWKER_")}
    environment |= {"HAWKER_HOME": str(shop_home), "HAWKER_MODELS": str(WEIGHTS), "HAWKER_ENGINE": "scripted"}
    environment |= {"HAWKER_LOG_LEVEL": "debug", "HAWKER_CHAT_QUOTE_SECONDS": HEARD_OUT}
    log = tmp_path / "log"
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port)]
    with log.open("wb") as errors, subprocess.Popen(command, env=environment, stderr=errors) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            await_ready(url, process, log)
            yield Served(url, process, log)
        finally:
            process.kill()


def test_sigterm_lets_the_running_stream_finish(served: Served) -> None:
    asked = {
        "model": "smollm2-135m",
        "messages": [{"role": "user", "content": LONG}],
        "max_tokens": 50_000,
        "stream": True,
    }
    transport = httpx.HTTPTransport(socket_options=SMALL_BUFFER)
    with (
        httpx.Client(transport=transport, timeout=PATIENCE) as client,
        client.stream("POST", f"{served.url}/v1/chat/completions", json=asked) as stream,
    ):
        lines = stream.iter_lines()
        assert "assistant" in next(lines)
        assert "hawker:num_requests_running 1.0" in httpx.get(f"{served.url}/metrics", timeout=PATIENCE).text
        served.process.send_signal(signal.SIGTERM)
        ready = until_unready(served.url)
        assert (ready["status"], ready["lacking"]) == ("not ready", ["server"])
        assert httpx.get(f"{served.url}/v1/shop", timeout=PATIENCE).status_code == 503
        assert [line for line in lines if line][-1] == "data: [DONE]"
    assert served.process.wait(PATIENCE) == 0


def until_unready(url: str) -> dict[str, object]:
    """The first answer of /readyz that is not 200: a signal takes a moment to arrive."""
    while (answer := httpx.get(f"{url}/readyz", timeout=PATIENCE)).status_code == 200:
        time.sleep(0.05)
    body: dict[str, object] = answer.json()
    return body


def test_sigterm_without_anything_running_ends_with_status_0(served: Served) -> None:
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(PATIENCE) == 0


def test_a_chat_leaves_neither_name_nor_address_in_the_logs(served: Served) -> None:
    message = "I am Annabella Quill, annabella@example.org, how long can I return a lamp?"
    chat = httpx.post(f"{served.url}/v1/chat", json={"message": message}, timeout=PATIENCE)
    assert "event: done" in chat.text
    unknown = {"message": message, "customer": "annabella@example.org"}
    refused = httpx.post(f"{served.url}/v1/chat?from=annabella@example.org", json=unknown, timeout=PATIENCE)
    assert "event: error" in refused.text
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(PATIENCE)
    lines = served.lines()
    assert [line["status"] for line in lines if line.get("route") == "/v1/chat"] == [200, 200]
    assert chat.headers["X-Request-ID"] in {line.get("request_id") for line in lines}
    logged = served.log.read_text(encoding="utf-8").lower()
    for word in ("annabella", "quill", "example.org", "how long"):
        assert word not in logged
