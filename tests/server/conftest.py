"""A small real shop and a server over it, in a process of its own as a user would start it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import Page, sync_playwright

from agent.house import House
from agent.refresh import refresh
from agent.warming import WarmUp
from core.access import NewKey, Scope
from core.customer import Consent, Customer, Order, OrderLine
from core.settings import Settings, load_settings
from core.shop import Brand, Document, Product
from server.app import create_app
from server.running import server_config
from store.opening import open_store
from tests.conftest import WEIGHTS
from tests.ports import free_port

READY_SECONDS = 300
HEARD_OUT = "3600"
"""seconds for the model to begin, as a setting"""
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LAMP = Product(
    "LAMP-1",
    {"en": "Fen reading lamp"},
    {"en": "A brass arm clips on any shelf. The light is warm and can be dimmed."},
    {"en": {"material": "brass", "cable": "2 m"}},
    ("home", "lamps"),
    price=Decimal("49.00"),
    currency="USD",
    stock=12,
    url="https://shop.example/lamp-1",
)
RETURNS = Document(
    "returns",
    "Returns",
    "# Returns\n\nYou can return a lamp within 30 days of delivery. Return shipping is free.",
    "en",
)
ANN = Customer("ann", "Ann", "Lee", "ann@example.com", consents=(Consent("email", True, NOW, "checkout"),), created=NOW)
ORDER = Order("O-1", "ann", (OrderLine("LAMP-1", "Fen reading lamp", 1, Decimal("49.00")),), "shipped", NOW)


def fill(house: House) -> None:
    """The shop that the tests of this folder know."""
    house.store.shop.set_brand(
        Brand("Fen & Co", sender="Mia of Fen & Co", postal_address="1 Mill Lane", currency="USD")
    )
    house.store.shop.put_products([LAMP])
    house.store.shop.put_documents([RETURNS])
    house.store.customers.put([ANN])
    house.store.orders.put([ORDER])
    refresh(house)


@pytest.fixture
def home(home: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The desk waits for its model however busy the machine is that tests."""
    monkeypatch.setenv("HAWKER_CHAT_QUOTE_SECONDS", HEARD_OUT)
    return load_settings()


@pytest.fixture(scope="session")
def shop_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("served")
    with House(load_settings(home=home, models=WEIGHTS)) as house:
        fill(house)
    return home


@pytest.fixture(scope="session")
def server(shop_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a running `hawker serve`."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HAWKER_")}
    environment |= {"HAWKER_HOME": str(shop_home), "HAWKER_MODELS": str(WEIGHTS)}
    environment |= {"HAWKER_CHAT_QUOTE_SECONDS": HEARD_OUT}
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port)]
    log = tmp_path_factory.mktemp("log") / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(command, env=environment, stderr=errors)
    url = f"http://127.0.0.1:{port}"
    try:
        await_ready(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(30)


Serve = Callable[..., TestClient]


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Applications load no model before they are asked: dozens of them in one process would fill its memory."""
    monkeypatch.setattr(WarmUp, "_warm", lambda warm_up: None)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk waits for its model as long as the test keeps it waiting."""
    monkeypatch.setattr("agent.desk.hearing.PATIENCE", 3600.0)


@pytest.fixture
def serve(home: Settings, cold: None) -> Iterator[Serve]:
    """`serve(address=..., **settings)`: a client of the application in this process, over an empty home."""
    with ExitStack() as stack:

        def start(address: str = "127.0.0.1", host: str = "localhost", **changed: object) -> TestClient:
            app = create_app(load_settings(engine="scripted", **changed))
            return stack.enter_context(TestClient(app, f"http://{host}", client=(address, 50000)))

        yield start


@pytest.fixture
def listening(home: Settings, cold: None) -> Iterator[str]:
    """The base URL of the application on a real socket, over an empty home and without a model."""
    with served(load_settings(engine="scripted", port=free_port())) as url:
        yield url


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The base URL of the application on a real socket, in a thread of this process."""
    server = uvicorn.Server(server_config(create_app(settings), settings))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{settings.port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def browser_page() -> Iterator[Page]:
    """A fresh page in headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; .ci/run installs Debian's")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page(viewport={"width": 900, "height": 900})
        browser.close()


def make_key(home: Settings, *scopes: Scope, **limits: int) -> dict[str, str]:
    """The headers that show a fresh key."""
    store = open_store(home)
    _, secret = store.api_keys.create(NewKey("test", frozenset(scopes), **limits))
    store.close()
    return {"Authorization": f"Bearer {secret}"}


def await_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until everything is warm; fails with the log where the server ends before."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended: {log.read_text()}"
        try:
            if httpx.get(f"{url}/readyz", timeout=60).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"the server was not ready in time: {log.read_text()}")
