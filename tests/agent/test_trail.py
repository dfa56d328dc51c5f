"""Asking with a paper trail: once for equal asks, never again for what is stored, and nothing lost by a cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.trail import Ask, ask_all, generation_key
from core.errors import EngineFailed
from core.generation import Message, Sampling
from core.settings import Settings
from engine.scripted import ScriptedEngine
from prompts.library import RenderedPrompt
from store.opening import Store, open_store


def ask(text: str, count: int = 1, seed: int = 0) -> Ask:
    sampling = Sampling(seed=seed)
    return Ask("copy", RenderedPrompt((Message("user", text),), "t@1#0", sampling, ""), sampling, {"text": text}, count)


@pytest.fixture
def store(home: Settings) -> Iterator[Store]:
    opened = open_store(home)
    yield opened
    opened.close()


def echo() -> ScriptedEngine:
    return ScriptedEngine(lambda request: f"{request.messages[-1].content} {request.sampling.seed}")


def test_candidates_differ_by_seed_and_come_in_order(store: Store) -> None:
    (answered,) = ask_all([ask("a", 3, seed=7)], echo(), store.generations)
    assert [made.text for made in answered.generations] == ["a 7", "a 8", "a 9"]
    assert answered.fresh == 3


def test_what_is_stored_is_not_asked_again(store: Store) -> None:
    ask_all([ask("a", 2)], echo(), store.generations)
    engine = echo()
    (answered,) = ask_all([ask("a", 3)], engine, store.generations)
    assert [request.sampling.seed for request in engine.history] == [2]
    assert (len(answered.generations), answered.fresh) == (3, 1)


def test_equal_asks_share_their_texts_even_in_different_numbers(store: Store) -> None:
    engine = echo()
    few, many = ask_all([ask("a", 1), ask("a", 3)], engine, store.generations)
    assert len(engine.history) == 3
    assert many.generations[:1] == few.generations
    assert few.fresh + many.fresh == 3


def test_a_key_is_of_everything_that_decides_the_text() -> None:
    keys = {generation_key(one, "m") for one in (ask("a"), ask("b"), ask("a", seed=1))}
    assert len(keys | {generation_key(ask("a"), "n")}) == 4
    assert generation_key(ask("a", 1), "m") == generation_key(ask("a", 5), "m")


def test_texts_written_before_the_engine_died_are_kept(store: Store) -> None:
    def dies(request: object) -> str:
        written.append(request)
        if len(written) > 2:
            raise EngineFailed("the engine died")
        return "text"

    written: list[object] = []
    with pytest.raises(EngineFailed):
        ask_all([ask("a", 5)], ScriptedEngine(dies), store.generations)
    assert store.generations.count() == 2
