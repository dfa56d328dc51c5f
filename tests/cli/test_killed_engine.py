"""The engine is killed while it writes: one line, what was written is kept, and the same command works next."""

from __future__ import annotations

import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, environment, run_process

pytestmark = pytest.mark.model
COMMAND = shlex.split("copy --product LAMP-1 --channel meta-feed -n 4 --seed 5 --json")


def engine_of(process_id: int) -> int:
    """The process id of the engine that this command has started."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    (engine,) = [child for child in children if "engine.worker" in Path(f"/proc/{child}/cmdline").read_text()]
    return int(engine)


def texts_kept(home: Path) -> set[tuple[str, int]]:
    """Every generated text on record, as key and index."""
    with closing(sqlite3.connect(home / "hawker.db", timeout=30)) as database:
        return set(database.execute('SELECT key, "index" FROM generations'))


def test_a_killed_engine_is_one_line_and_the_next_call_goes_on(indexed_home: Path) -> None:
    before = texts_kept(indexed_home)
    command = [sys.executable, "-m", "cli", *COMMAND]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(indexed_home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        deadline = time.monotonic() + 120
        while texts_kept(indexed_home) == before:
            assert running.poll() is None, "the command ended before any text was kept"
            assert time.monotonic() < deadline, "no text was written"
            time.sleep(0.02)
        os.kill(engine_of(running.pid), signal.SIGKILL)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 1, err
    assert out == ""
    assert "SIGKILL" in err
    assert err.count("\n") == 1
    kept = texts_kept(indexed_home)
    assert kept > before
    again = run_process(COMMAND, environment(indexed_home))
    assert again.status == 0, again.err
    assert len(again.json_lines()) == 1
    assert texts_kept(indexed_home) > kept
