"""Running one of these from the command line: its data, its report as JSON and Markdown, its exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from core.errors import HawkerError
from evals.public_data import data_folder


class Report(Protocol):
    @property
    def met(self) -> bool:
        """whether what is wanted was shown"""
        ...

    def to_json(self) -> str: ...

    def to_markdown(self) -> str: ...


def run_eval(name: str, about: str, run: Callable[[Path], Report], arguments: Sequence[str] | None = None) -> int:
    """Run `run` on HAWKER_DATA and write `NAME.json` and `NAME.md` under `--out`.

    Exit status 0 where the report shows what is wanted, 3 where it does not.
    """
    parser = argparse.ArgumentParser(prog=f"python -m evals.insight.{name}", description=about)
    parser.add_argument("--out", type=Path, help="folder for the report as JSON and Markdown")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, not as Markdown")
    given = parser.parse_args(arguments)
    try:
        report = run(data_folder())
    except HawkerError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / f"{name}.json").write_text(report.to_json(), encoding="utf-8")
        (given.out / f"{name}.md").write_text(report.to_markdown(), encoding="utf-8")
    print(report.to_json() if given.json else report.to_markdown())
    return 0 if report.met else 3
