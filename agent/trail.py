"""Asking the model with a paper trail: what was asked before is taken from the store, what is new is recorded.

Generation is content-addressed (DESIGN principles 2 and 4): one key for equal prompt, model, adapter, sampling and
inputs. Texts are recorded as they arrive, so that a killed run has lost at most the last few of them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from core.errors import EngineFailed
from core.generation import Generation, GenerationRequest, GenerationResult, Lane, Sampling
from core.plain import plain
from engine.protocol import Engine
from prompts.library import RenderedPrompt

RECORDED_AT_ONCE = 16
"""texts; fewer means more commits, more means more to lose"""


class Generations(Protocol):
    """What this file needs of the store."""

    def find(self, key: str) -> list[Generation]: ...

    def add(self, generations: list[Generation]) -> None: ...


@dataclass(frozen=True, slots=True)
class Ask:
    """One rendered prompt and how many answers are wanted of it. Answer `i` is drawn with seed `sampling.seed + i`."""

    task: str
    rendered: RenderedPrompt
    sampling: Sampling
    inputs: Mapping[str, object]
    count: int = 1
    sources: tuple[str, ...] = ()
    customer_id: str | None = None
    adapter: str | None = None
    lane: Lane = "chat"


@dataclass(frozen=True, slots=True)
class Answered:
    """All answers to one ask, in the order of their index. `fresh` of them, `new_tokens` long, were generated now."""

    ask: Ask
    generations: tuple[Generation, ...]
    fresh: int
    new_tokens: int


def generation_key(ask: Ask, model: str) -> str:
    """SHA-256 in hex of everything that decides the text, the index aside."""
    decides = {
        "messages": plain(ask.rendered.messages),
        "prefill": ask.rendered.prefill,
        "prompt": ask.rendered.ref,
        "model": model,
        "adapter": ask.adapter,
        "sampling": plain(ask.sampling),
    }
    return hashlib.sha256(json.dumps(decides, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def ask_all(asks: Sequence[Ask], engine: Engine, store: Generations) -> list[Answered]:
    """Answers to every ask, in order. Equal asks are asked once. Raises `EngineFailed` where the engine gave up."""
    keys = [generation_key(ask, engine.model) for ask in asks]
    # Of equal asks the one that wants most speaks for all.
    wanted = dict(sorted(zip(keys, asks, strict=True), key=lambda pair: pair[1].count))
    texts = {key: {one.index: one for one in store.find(key)} for key in wanted}
    missing = [(key, index) for key, ask in wanted.items() for index in range(ask.count) if index not in texts[key]]
    fresh: Counter[str] = Counter()
    for generation in _recorded(_generate(missing, wanted, engine), store):
        texts[generation.key][generation.index] = generation
        fresh[generation.key] += 1
    answered = []
    for key, ask in zip(keys, asks, strict=True):
        # Equal asks share their texts; the first of them is charged for the work.
        new = [index for made, index in missing if made == key] if fresh.pop(key, 0) else []
        generations = tuple(texts[key][index] for index in range(ask.count))
        answered.append(Answered(ask, generations, len(new), sum(texts[key][index].new_tokens for index in new)))
    return answered


def _generate(missing: Sequence[tuple[str, int]], wanted: Mapping[str, Ask], engine: Engine) -> Iterator[Generation]:
    requests = (_request(wanted[key], key, index) for key, index in missing)
    for result in engine.iterate(requests):
        key, _, index = result.id.rpartition("/")
        if result.error:
            raise EngineFailed(f"the model {engine.model} could not answer: {result.error}")
        yield _generation(wanted[key], key, int(index), result, engine.model)


def _request(ask: Ask, key: str, index: int) -> GenerationRequest:
    sampling = replace(ask.sampling, seed=ask.sampling.seed + index)
    rendered = ask.rendered
    return GenerationRequest(f"{key}/{index}", rendered.messages, sampling, ask.adapter, rendered.prefill, ask.lane)


def _generation(ask: Ask, key: str, index: int, result: GenerationResult, model: str) -> Generation:
    return Generation(
        key=key,
        index=index,
        task=ask.task,
        prompt=ask.rendered.ref,
        model=model,
        adapter=ask.adapter,
        sampling=replace(ask.sampling, seed=ask.sampling.seed + index),
        text=result.text,
        finish=result.finish,
        seconds=result.seconds,
        new_tokens=result.new_tokens,
        inputs=ask.inputs,
        sources=ask.sources,
        customer_id=ask.customer_id,
    )


def _recorded(generations: Iterable[Generation], store: Generations) -> Iterator[Generation]:
    waiting: list[Generation] = []
    try:
        for generation in generations:
            waiting.append(generation)
            if len(waiting) >= RECORDED_AT_ONCE:
                store.add(waiting)
                waiting = []
            yield generation
    finally:
        if waiting:
            store.add(waiting)
