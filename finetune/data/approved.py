"""The shop's own approved copy as examples: what stood in a variant, with the prompt as a tuned model is asked it.

    {"messages": [..], "answer": "..", "prefill": "", "prompt": "copy/ad@3#..-bare", "task": "copy", ...}

Texts are as they were shown, not as the model first wrote them, and pass every check once more. What was written for
one customer stays out, and support turns with it: their questions are the customers'. Slots stay open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.channels import channel
from agent.copy.lines import read_lines
from agent.copy.material import gather
from core.copy import Brief
from core.errors import NotFound, UserError
from core.generation import Generation, Message
from core.shop import Brand, Product
from prompts.library import RenderedPrompt, load_prompt
from store.opening import Store

MOST = 100_000
"""texts of one export"""
LEFT_OUT = frozenset({"demand"})
"""inputs of a second try that a good first answer never saw"""


@dataclass(frozen=True, slots=True)
class Approved:
    """One line of the export; `product` keeps its texts on one side of the split."""

    messages: tuple[Message, ...]
    answer: str
    prefill: str
    prompt: str
    task: str
    language: str
    product: str


def approved_copy(store: Store) -> Iterator[Approved]:
    """Accepted texts, those with the best outcomes first; what no longer fits product or prompt is left out."""
    brand = store.shop.brand()
    for made in store.generations.best("copy", product_id=None, segment=None, limit=MOST):
        product = _product(store, made)
        prompt = _prompt(made)
        if product is None or prompt is None:
            continue
        for text in _shown(made, product, brand):
            yield Approved(
                prompt.messages, text, prompt.prefill, prompt.ref, "copy", _said(made, "language"), product.id
            )


def _product(store: Store, made: Generation) -> Product | None:
    try:
        return store.shop.product(_said(made, "product_id"))
    except NotFound:
        return None


def _prompt(made: Generation) -> RenderedPrompt | None:
    """The prompt that was sent, without its worked examples; none where the library has changed beyond it."""
    try:
        prompt = load_prompt(made.prompt.partition("@")[0], _said(made, "language"), bare=True)
        wanted = {name: made.inputs.get(name) for name in prompt.file.inputs if name not in LEFT_OUT}
        return prompt.render(**{name: value for name, value in wanted.items() if value})
    except UserError:
        return None


def _shown(made: Generation, product: Product, brand: Brand | None) -> list[str]:
    """The lines of one generated text that pass, cut and cleaned as they were when they were shown."""
    language, fact = _said(made, "language"), _said(made, "fact")
    brief = Brief(offer="{offer}" if "{offer}" in fact else "")
    material = gather(product, brand, brief, language)
    try:
        part = channel(_said(made, "channel")).part(_said(made, "part"))
    except (UserError, StopIteration):
        return []
    lines = read_lines(made, part, material, language, fact, made.prompt.partition("@")[0])
    return [line.text for line in lines if line.passed]


def _said(made: Generation, name: str) -> str:
    return str(made.inputs.get(name) or "")
