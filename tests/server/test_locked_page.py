"""The page at / behind the locked door, in headless Chromium: it asks for a key, and its policy blocks nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect, sync_playwright

from core.settings import Settings
from core.shop import Brand
from store.opening import open_store
from tests.server.conftest import CHROMIUM, FLAGS, make_key


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_the_page_asks_for_a_key_and_takes_it(home: Settings, listening: str) -> None:
    secret = make_key(home, "shop")["Authorization"].removeprefix("Bearer ")
    store = open_store(home)
    store.shop.set_brand(Brand("Fen & Co"))
    store.close()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(listening)
        expect(page.locator("#unlock")).to_be_visible()
        page.fill("#key", secret)
        page.click("#unlock button")
        expect(page.locator("#shop")).to_have_text("Fen & Co")
        expect(page.locator("#unlock")).to_be_hidden()
        browser.close()
    assert [problem for problem in problems if "401" not in problem and "404" not in problem] == []
