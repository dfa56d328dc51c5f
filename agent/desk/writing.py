"""The model's part of a turn: it is shown the few sentences that answer, asked, heard (agent/desk/hearing.py),
written down.

Equal prompts to one model are asked once: the desk asks greedily, so the stored text is what it would say again. It
knows no policy and no tools.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.desk.extraction import Asked
from agent.desk.hearing import Hearing
from agent.desk.knowledge import Finding
from core.errors import EngineFailed, ModelMissing
from core.facts import CheckResult
from core.generation import Generation, GenerationRequest, GenerationResult
from core.support import Sentence
from prompts.library import RenderedPrompt, load_prompt

if TYPE_CHECKING:
    from agent.house import House
    from engine.protocol import Engine


@dataclass(frozen=True, slots=True)
class Written:
    """What the model wrote of use (maybe nothing), the checks on it, and what it was asked with."""

    sentences: tuple[Sentence, ...]
    checks: tuple[CheckResult, ...]
    prompt: str
    model: str


def engine_for(house: House, language: str) -> Engine | None:
    """The engine that speaks `language`, its model on its way up; None where no installed model does."""
    try:
        engine = house.engine(language)
    except ModelMissing:
        return None
    return engine if language in engine.languages else None


def write(
    house: House,
    engine: Engine,
    asked: Asked,
    finding: Finding,
    customer_id: str | None,
    show: Callable[[Sentence], None],
) -> Written | None:
    """Ask the model, pass on each sentence that may be shown. None where the engine failed: the desk then quotes."""
    shown_passages = [
        {"title": candidate.sentence.section, "text": candidate.sentence.text} for candidate in finding.quotation
    ]
    prompt = load_prompt("support/answer", asked.language).render(question=asked.text, passages=shown_passages)
    key = _key(engine.model, prompt)
    known = house.store.generations.find(key)
    hearing = Hearing(asked, finding, show)
    if known:
        hearing.replay(known[0].text)
    else:
        try:
            result = hearing.follow(engine, _request(prompt))
        except EngineFailed:
            return None
        if result.finish == "cancelled" and not hearing.checks:
            return Written((), (CheckResult("in_time", False, "the model took too long"),), prompt.ref, engine.model)
        made = _generation(key, engine.model, prompt, result, asked, finding, hearing, customer_id)
        house.store.generations.add([made])
    return Written(tuple(hearing.passed), tuple(hearing.checks), prompt.ref, engine.model)


def _request(prompt: RenderedPrompt) -> GenerationRequest:
    return GenerationRequest(uuid.uuid4().hex, prompt.messages, prompt.sampling, None, prompt.prefill)


def _key(model: str, prompt: RenderedPrompt) -> str:
    """Equal prompts to one model are one generation (DESIGN principle 4): the desk asks greedily."""
    parts = [
        model,
        prompt.ref,
        repr(prompt.sampling),
        prompt.prefill,
        *(f"{m.role}\0{m.content}" for m in prompt.messages),
    ]
    return hashlib.sha256("\0\0".join(parts).encode()).hexdigest()


def _generation(
    key: str,
    model: str,
    prompt: RenderedPrompt,
    result: GenerationResult,
    asked: Asked,
    finding: Finding,
    hearing: Hearing,
    customer_id: str | None,
) -> Generation:
    return Generation(
        key=key,
        index=0,
        task="support",
        prompt=prompt.ref,
        model=model,
        adapter=None,
        sampling=prompt.sampling,
        text=result.text,
        finish=result.finish,
        seconds=result.seconds,
        new_tokens=result.new_tokens,
        inputs={"question": asked.text, "language": asked.language},
        sources=tuple(dict.fromkeys(candidate.sentence.passage.source for candidate in finding.quotation)),
        checks=tuple(hearing.checks),
        accepted=bool(hearing.passed),
        customer_id=customer_id,
    )
