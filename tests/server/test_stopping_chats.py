"""SIGTERM to a process with eight chats in mid-sentence: unready, nobody new, all eight end whole, status 0."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import httpx

from core.settings import Settings
from tests.server.conftest import await_ready, free_port
from tests.server.desk_server import ASKED, FIRST, SECOND, read_events
from tests.server.test_stopping import PATIENCE, until_unready

CHATS = 8


def test_eight_of_eight_chats_finish(home: Settings, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "HAWKER_PORT": str(port), "HAWKER_ENGINE": "scripted"}
    command = [sys.executable, "-m", "tests.server.desk_server"]
    with log.open("wb") as errors, subprocess.Popen(command, env=environment, stderr=errors) as process:
        try:
            await_ready(url, process, log)
            with ExitStack() as stack:
                chats = []
                for _ in range(CHATS):
                    asked = httpx.stream("POST", f"{url}/v1/chat", json=ASKED, timeout=PATIENCE)
                    chats.append(read_events(stack.enter_context(asked)))
                for chat in chats:
                    assert next(event for event in chat if event.name == "sentence").data["text"] == FIRST
                process.send_signal(signal.SIGTERM)
                assert until_unready(url)["lacking"] == ["server"]
                assert httpx.post(f"{url}/v1/chat", json=ASKED, timeout=PATIENCE).status_code == 503
                process.send_signal(signal.SIGUSR1)
                ends = [list(chat) for chat in chats]
            assert [end[-1].data["answer"] for end in ends] == [f"{FIRST} {SECOND}"] * CHATS
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
