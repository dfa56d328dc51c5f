"""The model alone at the support desk: the pages that were found, the question, and no rails.

It is asked with the prompt that adapters are tuned on, greedily, whoever it is. What it says is shown to nobody; it
tells whether a model knows by itself when pages do not answer.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.desk.hearing import HANDOFF
from agent.desk.knowledge import find
from agent.desk.memory import understand
from agent.desk.pages import pages
from agent.desk.products import product_passage, products_meant
from agent.desk.writing import REPLY
from core.errors import EngineFailed, ModelMissing
from core.generation import GenerationRequest
from evals.held_out.questions import HeldOutQuestion
from prompts.library import load_prompt

if TYPE_CHECKING:
    from agent.house import House
    from agent.voice import Voice
    from core.facts import Passage

MOST_PRODUCTS = 2


@dataclass(frozen=True, slots=True)
class Alone:
    """What the model wrote, and whether it handed over."""

    answer: str
    abstained: bool


def ask_alone(house: House, question: HeldOutQuestion) -> Alone | None:
    """The model's own words to the question; None where no installed model speaks its language.

    Raises `EngineFailed` where the model gave up.
    """
    try:
        voice = house.voice("support", question.language)
    except ModelMissing:
        return None
    text = _written(voice, _request(house, question, voice))
    return Alone(text, HANDOFF in text)


def _request(house: House, question: HeldOutQuestion, voice: Voice) -> GenerationRequest:
    asked = understand(question.question, question.language, ())
    found = pages(find(house, asked, _records(house, question)))
    shown = [{"title": page.title, "text": page.text} for page in found]
    prompt = load_prompt(REPLY, question.language, bare=True)
    rendered = prompt.render(question=question.question, passages=shown)
    return GenerationRequest(uuid.uuid4().hex, rendered.messages, rendered.sampling, voice.adapter, rendered.prefill)


def _records(house: House, question: HeldOutQuestion) -> tuple[Passage, ...]:
    """The records of the products that the question names, as the desk would be given them."""
    asked = understand(question.question, question.language, ())
    meant = products_meant(house, asked, ()).products
    return (
        tuple(product_passage(product, question.language) for product in meant) if len(meant) <= MOST_PRODUCTS else ()
    )


def _written(voice: Voice, request: GenerationRequest) -> str:
    (result,) = voice.engine.generate([request])
    if result.error:
        raise EngineFailed(f"the model {voice.engine.model} could not answer: {result.error}")
    return result.text.strip()
