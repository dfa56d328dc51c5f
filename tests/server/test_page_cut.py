"""The page where things go wrong: a connection that is cut, and a shop that is full. In headless Chromium."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from core.settings import Settings, load_settings
from tests.server.conftest import free_port
from tests.server.desk_server import ASKED, FIRST, PATIENCE, SECOND, desk_server, read_events

pytestmark = pytest.mark.usefixtures("cold", "unhurried")
MILLISECONDS = PATIENCE * 1000
CUT_AFTER_A_SENTENCE = """
const whole = window.fetch;
let cut = false;
window.fetch = async (url, options) => {
  const response = await whole(url, options);
  if (cut || options?.method !== "POST") return response;
  cut = true;
  const reader = response.body.getReader();
  return new Response(new ReadableStream({
    async pull(controller) {
      const { value } = await reader.read();
      controller.enqueue(value);
      if (new TextDecoder().decode(value).includes("event: sentence")) {
        await reader.cancel();
        setTimeout(() => controller.error(new TypeError("network error")), 200);
      }
    },
  }), { status: response.status, headers: response.headers });
};
"""


def test_a_cut_answer_is_taken_up_once_and_shown_whole(home: Settings, browser_page: Page) -> None:
    with desk_server(load_settings(engine="scripted", port=free_port())) as desk:
        browser_page.add_init_script(CUT_AFTER_A_SENTENCE)
        browser_page.goto(desk.url)
        browser_page.fill("#message", ASKED["message"])
        browser_page.click("#ask button")
        answer = browser_page.locator(".theirs").last
        expect(answer.locator("summary")).to_contain_text("Sources (2)", timeout=MILLISECONDS)
        assert answer.locator("p:not(.meta)").all_text_contents() == [FIRST, SECOND]
        assert not desk.engine.go_on.is_set()


def test_a_full_shop_asks_to_come_again(home: Settings, browser_page: Page) -> None:
    with desk_server(load_settings(engine="scripted", port=free_port(), max_waiting=1)) as desk:
        browser_page.goto(desk.url)
        with httpx.stream("POST", f"{desk.url}/v1/chat", json=ASKED, timeout=PATIENCE) as other:
            events = read_events(other)
            next(events)
            browser_page.fill("#message", ASKED["message"])
            browser_page.click("#ask button")
            told = browser_page.locator(".theirs .error").last
            expect(told).to_contain_text("We are busy just now", timeout=MILLISECONDS)
            expect(told).to_contain_text("seconds")
