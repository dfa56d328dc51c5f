"""The model's part of a turn: it is shown the sentences or pages that answer, asked, heard (agent/desk/hearing.py),
written down.

Equal prompts to one model are asked once: the desk asks greedily, so the stored text is what it would say again. It
knows no policy and no tools.
"""

from __future__ import annotations

import hashlib
import math
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.desk.extraction import Asked, Candidate
from agent.desk.hearing import PATIENCE, Hearing
from agent.desk.knowledge import Finding
from agent.desk.pages import pages, shown_candidates
from agent.desk.reading import Message
from agent.voice import Voice
from core.errors import EngineFailed, ModelMissing
from core.facts import CheckResult
from core.generation import Generation, GenerationRequest, GenerationResult
from core.stopping import StopSign
from core.support import Sentence
from prompts.library import RenderedPrompt

if TYPE_CHECKING:
    from agent.house import House

ANSWER, REPLY = "support/answer", "support/reply"
NOBODY_WAITS = "nobody waits any more, or the request's time is up"
TOOK_TOO_LONG = "the model took too long"
NO_TIME = "no time was left for the model"


@dataclass(frozen=True, slots=True)
class Written:
    """What the model wrote of use (maybe nothing), the checks on it, and what it was asked with."""

    sentences: tuple[Sentence, ...]
    checks: tuple[CheckResult, ...]
    prompt: str
    model: str
    declined: bool = False
    """it said that its pages do not answer"""
    cut_off: bool = False
    """it was not heard out, so that its sentences may be half an answer"""


def voice_for(house: House, language: str) -> Voice | None:
    """Who answers in `language`, its model on its way up; None where no model speaks it, or none can be reached."""
    try:
        voice = house.voice("support", language)
    except (ModelMissing, EngineFailed):
        return None
    return voice if language in voice.engine.languages else None


def write(
    house: House,
    voice: Voice,
    asked: Asked,
    finding: Finding,
    message: Message,
    show: Callable[[Sentence], None],
    stop: StopSign,
    begun_by: float = math.inf,
) -> Written | None:
    """Ask the model, pass on each sentence that may be shown until `stop` is; the first has to stand by `begun_by`, a
    moment of `time.monotonic()`. None where the engine failed: the desk then quotes.
    """
    shown = _shown(voice, asked, finding, message)
    model, prompt = voice.engine.model, shown.prompt
    key = _key(voice, prompt)
    known = house.store.generations.find(key)
    hearing = Hearing(asked, finding, shown.sources, show)
    if known:
        hearing.replay(known[0].text)
    elif stop.shown or begun_by <= time.monotonic():
        why = NOBODY_WAITS if stop.shown else NO_TIME
        return Written((), (CheckResult("in_time", False, why),), prompt.ref, model, cut_off=True)
    else:
        request = _request(voice, prompt)
        try:
            result = hearing.follow(voice.engine, request, begun_by, stop)
        except EngineFailed:
            return None
        if hearing.cut_off and not hearing.checks:
            why = NOBODY_WAITS if stop.shown else TOOK_TOO_LONG
            return Written((), (CheckResult("in_time", False, why),), prompt.ref, model, cut_off=True)
        made = _generation(key, voice, shown, result, asked, hearing, message.customer_id)
        house.store.generations.add([replace(made, key=_once(key, request)) if hearing.cut_off else made])
    return Written(tuple(hearing.passed), tuple(hearing.checks), prompt.ref, model, hearing.declined, hearing.cut_off)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the model reads, and the sentences of it that may carry its answer."""

    prompt: RenderedPrompt
    sources: tuple[Candidate, ...]


def _shown(voice: Voice, asked: Asked, finding: Finding, message: Message) -> _Shown:
    """A tuned model reads pages and the turn before; any other the quotation alone, which it can but repeat."""
    if not voice.tuned:
        passages = [{"title": one.sentence.section, "text": one.sentence.text} for one in finding.quotation]
        prompt = voice.prompt(ANSWER, asked.language).render(question=asked.text, passages=passages)
        return _Shown(prompt, finding.quotation)
    read = pages(finding)
    before = message.turns[-1:] if asked.background else ()
    prompt = voice.prompt(REPLY, asked.language).render(
        question=asked.text,
        passages=[{"title": page.title, "text": page.text} for page in read],
        history=[{"question": turn.question, "answer": turn.answer} for turn in before],
    )
    return _Shown(prompt, shown_candidates(finding, read))


def _request(voice: Voice, prompt: RenderedPrompt) -> GenerationRequest:
    return GenerationRequest(
        id=uuid.uuid4().hex,
        messages=prompt.messages,
        sampling=prompt.sampling,
        adapter=voice.adapter,
        prefill=prompt.prefill,
        lane="chat",
        deadline_seconds=PATIENCE,
    )


def _key(voice: Voice, prompt: RenderedPrompt) -> str:
    """Equal prompts to one voice are one generation (DESIGN principle 4): the desk asks greedily."""
    parts = [
        voice.engine.model,
        voice.adapter or "",
        prompt.ref,
        repr(prompt.sampling),
        prompt.prefill,
        *(f"{m.role}\0{m.content}" for m in prompt.messages),
    ]
    return hashlib.sha256("\0\0".join(parts).encode()).hexdigest()


def _once(key: str, request: GenerationRequest) -> str:
    """The key of a text that was cut off: it is kept for the record, and never found by an equal prompt."""
    return hashlib.sha256(f"{key}\0{request.id}".encode()).hexdigest()


def _generation(
    key: str,
    voice: Voice,
    shown: _Shown,
    result: GenerationResult,
    asked: Asked,
    hearing: Hearing,
    customer_id: str | None,
) -> Generation:
    return Generation(
        key=key,
        index=0,
        task="support",
        prompt=shown.prompt.ref,
        model=voice.engine.model,
        adapter=voice.adapter,
        sampling=shown.prompt.sampling,
        text=result.text,
        finish=result.finish,
        seconds=result.seconds,
        new_tokens=result.new_tokens,
        inputs={"question": asked.text, "language": asked.language},
        sources=tuple(dict.fromkeys(candidate.sentence.passage.source for candidate in shown.sources)),
        checks=tuple(hearing.checks),
        accepted=bool(hearing.passed),
        customer_id=customer_id,
    )
