"""Another Hawker is killed while many requests are under way, and comes back: each is answered, and answered once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings, load_settings
from engine.opening import open_engine
from tests.engine.hawkers import MODEL, HawkerProcess
from tests.engine.remote.conftest import ask

REQUESTS, KILLED_AFTER = 400, 60


@pytest.fixture
def other(tmp_path: Path) -> Iterator[HawkerProcess]:
    process = HawkerProcess(tmp_path / "other")
    yield process
    process.stop()


def test_what_was_under_way_is_asked_again(other: HawkerProcess, home: Settings) -> None:
    other.await_up()
    settings = load_settings(engine="remote", remote_url=(other.url,), remote_timeout=240.0)
    engine = open_engine(settings, MODEL)
    asked = {f"r{number}": f"Say the number {number}." for number in range(REQUESTS)}
    told: list[tuple[str, str]] = []
    again = threading.Thread(target=lambda: (other.kill(), other.start()))
    for result in engine.iterate(ask(text, id_) for id_, text in asked.items()):
        assert result.error is None
        told.append((result.id, result.text))
        if len(told) == KILLED_AFTER:
            again.start()
    again.join()
    engine.close()
    assert len(told) == REQUESTS
    assert dict(told) == asked
