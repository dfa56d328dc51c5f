"""The same turns by a plain server: each question with the pages that our search found for it, put before the model."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from agent.house import House
from core.settings import Settings
from engine.shelf import require_model
from evals.serving.shop_server import free_port, inherited, started
from evals.serving.turns import Ask, Turn
from prompts.library import RenderedPrompt, load_prompt

NAME = "FastAPI + transformers generate"
PAGES = 3


def rendered_turns(settings: Settings, questions: Sequence[str]) -> dict[str, RenderedPrompt]:
    """What the peer's model is asked for each question. Its search is done beforehand: it costs the peer no time."""
    prompt = load_prompt("support/reply", "en", bare=True)
    with House(settings) as house:
        return {question: prompt.render(question=question, **_pages(house, question)) for question in questions}


def _pages(house: House, question: str) -> dict[str, list[dict[str, str]]]:
    found = house.retrieval.search_passages(question, "en", k=PAGES)
    return {"passages": [{"title": one.title, "text": one.text} for one in found.passages], "history": []}


@contextmanager
def plain_server(settings: Settings, turns: dict[str, RenderedPrompt]) -> Iterator[Ask]:
    """The peer, up and warm: asks it any question of `turns`. Its first text is its whole text, for it streams not."""
    port = free_port()
    url, folder = f"http://127.0.0.1:{port}", require_model(settings, settings.model)
    command = [sys.executable, "-P", "-m", "server.plain_peer", str(folder), str(port), str(settings.threads or 0)]
    with started(command, url, "/ready", inherited()):
        yield _asker(url, turns)


def _asker(url: str, turns: dict[str, RenderedPrompt]) -> Ask:
    async def ask(client: httpx.AsyncClient, question: str) -> Turn:
        prompt = turns[question]
        system, user = (message.content for message in prompt.messages)
        wanted = {"system": system, "user": user, "max_new_tokens": prompt.sampling.max_new_tokens}
        begun = time.perf_counter()
        answer = await client.post(f"{url}/generate", json=wanted)
        seconds = time.perf_counter() - begun
        fault = "" if answer.status_code == httpx.codes.OK else f"status {answer.status_code}"
        return Turn(seconds, seconds, "answer", fault)

    return ask
