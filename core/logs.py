"""Structured logs to standard error; personal data has no place in them, so only ids and counts are passed.

A person at a terminal reads key=value, whatever collects logs reads a JSON object a line. What other libraries log
takes the same way. Of an exception the type and the places are told, never its message: that may quote a customer.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

LAST_PLACES = 8


def configure_logs(level: str) -> None:
    """Log lines of `level` and above. Other libraries' chatter stays at warning."""
    renderer: Processor = (
        structlog.processors.LogfmtRenderer(bool_as_flag=False)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_words,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever it is by then: streams are replaced
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(shared, renderer))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


def places(error: BaseException) -> list[str]:
    """Where it happened, innermost last: `writing.py:71`."""
    frames = traceback.extract_tb(error.__traceback__)[-LAST_PLACES:]
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]


def _formatter(shared: list[Processor], renderer: Processor) -> logging.Formatter:
    """For the standard library's loggers: the same lines as ours, with the logger's name."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )


def _without_words(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    raised = event.pop("exc_info", None)
    error = raised[1] if isinstance(raised, tuple) else sys.exc_info()[1] if raised is True else raised
    if isinstance(error, BaseException):
        event["error"], event["at"] = type(error).__name__, " ".join(places(error))
    return event
