"""The page at /, used once by a customer and once by a copywriter, in headless Chromium."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.model


def test_a_customer_asks_and_a_copywriter_orders(server: str, browser_page: Page, tmp_path: Path) -> None:
    page = browser_page
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(server)
    expect(page.locator("#shop")).to_have_text("Fen & Co")

    page.fill("#message", "How many days do I have to return a lamp?")
    page.click("#ask button")
    expect(page.locator(".theirs").last).to_contain_text("30 days", timeout=60_000)
    expect(page.locator(".theirs summary").last).to_contain_text("Sources", timeout=60_000)
    page.screenshot(path=_picture(tmp_path, "page-chat.png"))

    page.click("#tab-copy")
    page.select_option("select[name=channel]", "meta-feed")
    page.fill("input[name=n]", "2")
    page.click("#order button")
    expect(page.locator("#state")).to_contain_text("of 2 variants", timeout=120_000)
    page.screenshot(path=_picture(tmp_path, "page-copy.png"))

    page.fill("input[name=product]", "NOTHING-1")
    page.click("#order button")
    expect(page.locator("#state")).to_contain_text("NOTHING-1", timeout=60_000)
    assert [problem for problem in problems if "404" not in problem] == []


def _picture(tmp_path: Path, name: str) -> Path:
    """Where a screenshot goes: into docs/ when it is to be renewed, else it is only proved that it can be taken."""
    return Path("docs") / name if os.environ.get("RENEW_PICTURES") else tmp_path / name
