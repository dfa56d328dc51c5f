"""Log lines reach standard error, whatever it is by then, and tell no words of an exception."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

import pytest
import structlog

from core.logs import configure_logs


@pytest.fixture(autouse=True)
def _reset() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_a_stream_that_was_closed_since_takes_no_request_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    configure_logs("info")
    log = structlog.get_logger("server")
    log.info("before")
    first_lines = first.getvalue()
    first.close()
    monkeypatch.setattr(sys, "stderr", second)
    log.info("after")
    assert "before" in first_lines
    assert "after" in second.getvalue()


def test_an_exception_leaves_its_type_and_place_and_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = io.StringIO()
    monkeypatch.setattr(sys, "stderr", lines)
    configure_logs("info")
    try:
        raise ValueError("ann@example.com moved to 4 Mill Lane")
    except ValueError as error:
        structlog.get_logger("server").error("request failed", exc_info=error)
    assert "ValueError" in lines.getvalue()
    assert "test_logs.py" in lines.getvalue()
    assert "Mill Lane" not in lines.getvalue()
