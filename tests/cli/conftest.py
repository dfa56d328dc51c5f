"""A small shop on disk, loaded and indexed once, and the `hawker` command: in this process or as a user starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.settings import load_settings
from shop.loading import load_shop
from store.opening import open_store
from tests.conftest import WEIGHTS

ROOT = Path(__file__).resolve().parents[2]
CONSENT = {"channel": "email", "granted": True, "at": "2026-03-01T12:00:00Z", "source": "checkout"}
LAMP = {
    "id": "LAMP-1",
    "name": {"en": "Fen reading lamp", "zh": "芬阅读灯"},
    "description": {"en": "A brass arm clips on any shelf. The light is warm and can be dimmed."},
    "attributes": {"en": {"material": "brass", "cable": "2 m"}, "zh": {"材质": "黄铜"}},
    "category": ["home", "lamps"],
    "price": "49.00",
    "currency": "USD",
    "stock": 12,
}
SHELF = {"id": "SHELF-1", "name": "Oak shelf", "category": ["home", "shelves"], "price": "89.00", "currency": "USD"}
CUSTOMERS = [
    {"id": "ann", "first_name": "Ann", "email": "ann@example.org", "consents": [CONSENT]},
    {"id": "bob", "first_name": "Bob", "email": "bob@example.org", "consents": [CONSENT]},
]
ORDERS = [
    {
        "id": f"O-{customer}",
        "customer_id": customer,
        "placed": "2026-03-02T09:00:00Z",
        "status": "shipped",
        "lines": lines,
    }
    for customer, lines in (("ann", [{"product_id": "SHELF-1", "name": "Oak shelf"}]), ("bob", []))
]
RETURNS = "# Returns\n\nYou can return a lamp within 30 days of delivery. Return shipping is free.\n"


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    status: int
    out: str
    err: str

    def json_lines(self) -> list[Any]:
        """Standard output as JSON, line by line; fails where a line is anything else."""
        return [json.loads(line) for line in self.out.splitlines()]


Hawker = Callable[..., Said]


def write_shop(folder: Path) -> Path:
    """The shop's files in Hawker's own layout."""
    (folder / "knowledge").mkdir(parents=True)
    (folder / "BRAND.yaml").write_text("name: Fen & Co\nsender: Mia of Fen & Co\npostal_address: 1 Mill Lane\n")
    (folder / "knowledge" / "returns.md").write_text(RETURNS)
    for name, records in (("products", [LAMP, SHELF]), ("customers", CUSTOMERS), ("orders", ORDERS)):
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
        (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shop(tmp_path_factory.mktemp("shop") / "files")


@pytest.fixture(scope="session")
def shop_home(tmp_path_factory: pytest.TempPathFactory, shop_folder: Path) -> Path:
    """A home with the small shop loaded, not indexed: for what goes wrong before a model is asked."""
    home = tmp_path_factory.mktemp("home")
    store = open_store(load_settings(home=home, models=WEIGHTS))
    load_shop(store, shop_folder)
    store.close()
    return home


@pytest.fixture(scope="session")
def indexed_home(tmp_path_factory: pytest.TempPathFactory, shop_folder: Path) -> Path:
    """A home with the small shop loaded by the command itself, and indexed with the real embedding model."""
    home = tmp_path_factory.mktemp("indexed")
    loaded = run_process(["shop", "load", str(shop_folder), "--json"], environment(home))
    assert loaded.status == 0, loaded.err
    return home


@pytest.fixture
def hawker(shop_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Hawker:
    """`hawker("copy", "--product", ...)` in this process, over the small shop; by keyword the environment."""
    from cli.main import run

    def call(*arguments: str, **changed: str) -> Said:
        for name in [name for name in os.environ if name.startswith("HAWKER_")]:
            monkeypatch.delenv(name)
        for name, value in {"HAWKER_HOME": str(shop_home), "HAWKER_MODELS": str(WEIGHTS), **changed}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["hawker", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return call


def environment(home: Path, **changed: str) -> dict[str, str]:
    """That of a user's shell, with this home and no other setting."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HAWKER_")}
    return {**kept, "HAWKER_HOME": str(home), "HAWKER_MODELS": str(WEIGHTS), **changed}


def run_process(arguments: list[str], variables: Mapping[str, str]) -> Said:
    """The command as a user starts it; what libraries write past Python is seen too."""
    command = [sys.executable, "-m", "cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=dict(variables), capture_output=True, text=True, timeout=240)
    return Said(done.returncode, done.stdout, done.stderr)
