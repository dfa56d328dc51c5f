"""Rows become examples: the very messages that serving would send, and the answer that a row gives to them.

An ad is several examples, one for each line; an e-mail is five, one for each part. Prompts come without their worked
examples (`bare`): a tuned model needs none, and a prompt of sixty tokens trains and answers faster than one of five
hundred.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.channels import Part, channel
from agent.checks.grounding import function_stems
from agent.checks.stems import stem, words
from agent.copy.asks import OFFER_PROMPT, PROMPTS
from agent.copy.audience import voice_told
from agent.copy.chinese_record import LINE_PROMPT, TITLE_PROMPT
from agent.copy.material import gather
from agent.copy.readership import described
from agent.copy.subject import PRICE_PROMPT
from agent.desk.hearing import HANDOFF
from agent.desk.writing import REPLY
from agent.mail.parts import PARTS, ask_for
from agent.slots import without_slots
from core.copy import Brief
from core.generation import Message
from finetune.corpus import ShopCorpus
from finetune.row_checks import occasion_of
from finetune.rows import OFFER_FACTS, AdLine, AdRow, EmailRow, Shown, SupportRow
from prompts.library import RenderedPrompt, load_prompt

FACTS_APART = re.compile("[；;]")
ASTRAY = 10
"""one in so many answered questions is shown again with pages that do not answer it"""


@dataclass(frozen=True, slots=True)
class Example:
    """One prompt and its answer. `group` is what must not be split between training and held-out: a product, a shop's
    articles."""

    id: str
    task: str
    """`copy`, `email` or `support`"""
    language: str
    group: str
    messages: tuple[Message, ...]
    prefill: str
    prompt: str
    """the prompt's reference, with its hash"""
    answer: str
    closeness: float = 1.0
    """share of an ad line's words of meaning that its fact has; 1 for what tells no fact"""
    witty: bool = False
    """an e-mail's part that says things as few letters do"""


def examples(shop: ShopCorpus) -> Iterator[Example]:
    """Everything that can be learned from one shop, in the order of its rows."""
    for ad in shop.ads:
        for number, line in enumerate(_as_served(ad)):
            made = _example(
                f"{ad.id}/{number}", "copy", ad.language, ad.product, shop, _ad_prompt(ad, line, shop), line.text
            )
            yield replace(made, closeness=_closeness(line, ad.language))
    for mail in shop.emails:
        yield from _of_email(mail, shop)
    yield from _of_support(shop)


def _as_served(row: AdRow) -> Iterator[AdLine]:
    """The lines as serving asks for them: a Chinese body sentence by sentence, each of one fact. Chinese topics are
    picked by the bare model."""
    for line in row.lines:
        if row.language != "zh" or line.kind not in ("body", "topics"):
            yield line
        elif line.kind == "body":
            facts, told = FACTS_APART.split(line.fact), line.text.splitlines()
            pairs = zip(facts, told, strict=True) if len(facts) == len(told) else ()
            yield from (AdLine(line.part, "sentence", fact.strip(), text) for fact, text in pairs)


def _example(
    id_: str, task: str, language: str, group: str, shop: ShopCorpus, prompt: RenderedPrompt, answer: str
) -> Example:
    return Example(
        id=f"{shop.name}/{id_}",
        task=task,
        language=language,
        group=f"{shop.name}/{group}",
        messages=prompt.messages,
        prefill=prompt.prefill,
        prompt=prompt.ref,
        answer=answer,
    )


def _closeness(line: AdLine, language: str) -> float:
    """Rows leap where a good copywriter would; the smaller a model, the more of its leaps go astray."""
    if language != "en" or line.kind not in ("headline", "sentence"):
        return 1.0
    own = {stem(word) for word in words(line.fact)}
    telling = [told for word in words(without_slots(line.text)) if (told := stem(word)) not in function_stems()]
    return sum(word in own for word in telling) / len(telling) if telling else 0.0


def _ad_prompt(row: AdRow, line: AdLine, shop: ShopCorpus) -> RenderedPrompt:
    material = gather(shop.products[row.product], shop.brand, Brief(offer=row.offer), row.language)
    part = channel(row.channel).part(line.part)
    name = _prompt_name(line, part, row.language)
    inputs = {
        "product": material.called,
        "longest": part.room(row.language),
        "thing": material.thing.word if material.thing else material.called,
        "fact": f"{material.called} {line.fact}" if name == PRICE_PROMPT else line.fact,
        "reader": described(row.segment, row.language) if row.segment else "",
        "tone": row.tone,
        "voice": voice_told(shop.brand, row.language),
        "mood": row.mood,
    }
    prompt = load_prompt(name, row.language, bare=True)
    return prompt.render(**{key: value for key, value in inputs.items() if value and key in prompt.file.inputs})


def _prompt_name(line: AdLine, part: Part, language: str) -> str:
    if language == "zh":
        return TITLE_PROMPT if part.writes == "headline" else LINE_PROMPT
    if line.kind != "offer":
        return PROMPTS[line.kind]
    return PRICE_PROMPT if line.fact == OFFER_FACTS[language]["price"] else OFFER_PROMPT


def _of_email(row: EmailRow, shop: ShopCorpus) -> Iterator[Example]:
    occasion = occasion_of(row, shop.products[row.product])
    for part in PARTS:
        prompt = ask_for(part, occasion, count=1, bare=True).rendered
        text = getattr(row.parts, part)
        made = _example(f"{row.id}/{part}", "email", row.language, row.product, shop, prompt, text)
        yield replace(made, witty=not row.plain)


def _of_support(shop: ShopCorpus) -> Iterator[Example]:
    """Every turn; and some questions a second time with the pages of another, which must be handed off: what a search
    finds where the shop has no answer."""
    answered = [row for row in shop.support if row.cites]
    for row in shop.support:
        first = row.passages[0].title if row.passages else row.kind
        yield _example(row.id, "support", row.language, first, shop, _support_prompt(row, row.passages), row.answer)
    for at, row in enumerate(answered):
        pages = _pages_beside(row, answered[at + 1 :] + answered[:at])
        if at % ASTRAY == 0 and pages:
            title = row.passages[0].title
            prompt = _support_prompt(row, pages)
            yield _example(f"{row.id}/astray", "support", row.language, title, shop, prompt, HANDOFF)


def _pages_beside(row: SupportRow, others: Sequence[SupportRow]) -> tuple[Shown, ...]:
    """Pages of the first other turn in the language whose titles `row` has none of."""
    titles = {page.title for page in row.passages}
    for other in others:
        if other.language == row.language and not titles & {page.title for page in other.passages}:
            return other.passages
    return ()


def _support_prompt(row: SupportRow, pages: Sequence[Shown]) -> RenderedPrompt:
    prompt = load_prompt(REPLY, row.language, bare=True)
    history = [{"question": turn.question, "answer": turn.answer} for turn in row.history]
    passages = [{"title": page.title, "text": page.text} for page in pages]
    return prompt.render(question=row.question, passages=passages, history=history)
