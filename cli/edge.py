"""What every command shares: its house, its output, its progress.

Standard output carries the result and nothing else; progress and logs go to standard error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from agent.house import House
    from core.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on standard output")]


def settings() -> Settings:
    """The settings in force, with logging set up by them."""
    from core.logs import configure_logs
    from core.settings import load_settings

    found = load_settings()
    configure_logs(found.log_level)
    return found


@contextmanager
def house() -> Iterator[House]:
    """The rooms of this home, closed at the end."""
    from agent.house import House

    with House(settings()) as opened:
        yield opened


def print_json(value: object) -> None:
    """One JSON value on one line."""
    from core.plain import plain

    print(json.dumps(plain(value), ensure_ascii=False), flush=True)


def out() -> Console:
    """The console for results."""
    from rich.console import Console

    return Console(soft_wrap=True, highlight=False)


def err() -> Console:
    """The console for everything that is not the result."""
    from rich.console import Console

    return Console(stderr=True, soft_wrap=True, highlight=False)


def say(stage: str) -> None:
    """A stage of some longer work, for those who watch. Elsewhere an error shall be the only line."""
    console = err()
    if console.is_terminal:
        console.print(stage, style="dim", markup=False)


def progress() -> Progress:
    """A progress bar on standard error, with count, rate of time and time left."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    return Progress(*columns, console=err())
