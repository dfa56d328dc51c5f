"""Help is quick because it loads nothing that it does not need; how quick is measured by `hawker bench`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import ROOT

HEAVY = ("torch", "transformers", "openvino_genai", "chromadb", "sqlalchemy", "pydantic_settings", "sklearn", "jieba")
PROGRAM = """
import sys
from cli.main import run
sys.argv = ["hawker", *sys.argv[1:]]
try:
    run()
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""
COMMANDS = ("demo", "shop", "copy", "ask", "chat", "emails", "insight", "models", "keys", "serve", "bench")


@pytest.mark.parametrize("arguments", [["--help"], ["copy", "--help"], ["emails", "generate", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Usage:" in done.stdout
    imported = set(done.stderr.split())
    assert "typer" in imported
    assert imported.isdisjoint(HEAVY)
    assert "core.settings" not in imported


def test_help_lists_every_command() -> None:
    done = subprocess.run([sys.executable, "-m", "cli", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ") and line.split()}
    assert set(COMMANDS) <= listed
