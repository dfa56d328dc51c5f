"""Writes the map of files into ARCHITECTURE.md, a line per file from its docstring. Run: `make map`.

The map stands between two marker comments; `python docs/map.py --check` exits 1 where it is not that of the disk.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "ARCHITECTURE.md"
ROOMS = [
    "core",
    "store",
    "engine",
    "prompts",
    "retrieval",
    "insight",
    "shop",
    "agent",
    "campaigns",
    "evals",
    "finetune",
    "server",
    "cli",
]
START, END = "<!-- map: written by `make map` -->", "<!-- end of map -->"


def main(arguments: list[str]) -> int:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    fresh = f"{before}{START}\n{''.join(_lines())}{END}{after}"
    if "--check" in arguments:
        return int(fresh != text)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


def _lines() -> Iterator[str]:
    for room in ROOMS:
        yield f"\n### {room}/\n\n{_purpose(ROOT / room / '__init__.py')}\n\n"
        for path in sorted((ROOT / room).rglob("*.py"), key=lambda path: (len(path.parts), path)):
            if path.name != "__init__.py":
                yield f"- `{path.relative_to(ROOT)}`: {_purpose(path)}\n"


def _purpose(path: Path) -> str:
    """The first sentence of a module's docstring, on one line."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = " ".join(docstring.split("\n\n")[0].split())
    return first if first else "(no docstring)"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
