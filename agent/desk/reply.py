"""An answer on its way: sentences as they are shown, and the record of how it came about.

It words rulings and quotations; what to say is decided by its callers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from agent.desk.extraction import Candidate
from agent.desk.knowledge import Finding, is_internal
from agent.desk.policy import Ruling
from agent.desk.reading import Message
from agent.desk.wording import contact_line, joined, say
from agent.desk.writing import Written
from core.facts import CheckResult, Citation
from core.stopping import StopSign
from core.support import Action, Sentence, Stage, SupportAnswer

if TYPE_CHECKING:
    from agent.house import House


class Reply:
    """Collects one answer. Not thread-safe: one turn has one."""

    def __init__(
        self,
        house: House,
        on_sentence: Callable[[Sentence], None] | None,
        on_stage: Callable[[Stage], None] | None,
        stop: StopSign,
        quote_from: float | None = None,
    ) -> None:
        """`stop` and `quote_from` (see `SupportQuestion`) are heeded by those who ask the model for sentences."""
        self._house, self._on_sentence, self._on_stage, self.stop = house, on_sentence, on_stage, stop
        self.quote_from = math.inf if quote_from is None else quote_from
        self._began = time.perf_counter()
        self.stages: list[Stage] = []
        self.sentences: list[Sentence] = []
        self._first: float | None = None
        self._action: Action = "handoff"
        self._reason = ""
        self._written: Written | None = None
        self.done = False

    def enter(self, stage: Stage) -> None:
        """Say what the desk is at now; always before the first sentence."""
        self.stages.append(stage)
        if self._on_stage is not None:
            self._on_stage(stage)

    def show(self, sentence: Sentence) -> None:
        """Pass on one checked sentence."""
        if self._first is None:
            self._first = time.perf_counter() - self._began
        self.sentences.append(sentence)
        if self._on_sentence is not None:
            self._on_sentence(sentence)

    def finish(self, action: Action, reason: str) -> None:
        self._action, self._reason, self.done = action, reason, True

    def rule(self, ruling: Ruling, language: str, detail: str = "", **values: str) -> None:
        """Say what a ruling says, in the customer's language."""
        brand = self._house.store.shop.brand()
        name = brand.name if brand else say("this_shop", language)
        text = say(ruling.text, language, brand=name, contact=contact_line(brand, language), **values)
        self.show(Sentence(text.strip(), ()))
        self.finish(ruling.action, f"{ruling.reason}: {detail}" if detail else ruling.reason)

    def heard(self, written: Written) -> None:
        """Note what the model wrote, used or not."""
        self._written = written

    def quote(self, finding: Finding, language: str, reason: str) -> None:
        """Answer in the shop's own words, cited; what a sentence shown before cites is not said twice."""
        said = {citation for shown in self.sentences for citation in shown.citations}
        lead = "" if said else self._lead_in(finding.quotation, language)
        for candidate in finding.quotation:
            sentence = candidate.sentence
            citation = Citation(sentence.passage.source, sentence.quote)
            if citation not in said:
                self.show(Sentence(f"{lead}{sentence.shown}", (citation,)))
                lead = ""
        self.finish("answer", reason)

    def point_to_page(self, finding: Finding, language: str) -> None:
        """Name the page nearest to a question that was handed over: it may be what the customer wanted, and nothing is
        claimed of it. One that they cannot read, or not in their language, is not named."""
        sentence = finding.quotation[0].sentence
        passage = sentence.passage
        if passage.language == language and not is_internal(self._house, passage.source):
            page, _, _ = passage.title.partition(" > ")
            cited = (Citation(passage.source, sentence.quote),)
            self.show(Sentence(say("related", language, title=page), cited))

    def answer(self, message: Message) -> SupportAnswer:
        """The whole, when the turn is over."""
        seconds = time.perf_counter() - self._began
        checks: tuple[CheckResult, ...] = self._written.checks if self._written else ()
        return SupportAnswer(
            answer=joined([sentence.text for sentence in self.sentences], message.language),
            action=self._action,
            reason=self._reason,
            citations=tuple(dict.fromkeys(c for sentence in self.sentences for c in sentence.citations)),
            conditioned_on=message.conditioning,
            checks=checks,
            conversation_id=message.conversation_id,
            prompt=self._written.prompt if self._written else None,
            model=self._written.model if self._written else None,
            seconds=seconds,
            first_text_seconds=self._first if self._first is not None else seconds,
        )

    def _lead_in(self, quotation: Sequence[Candidate], language: str) -> str:
        """Words before a quotation that is not written to the customer, or not in their language."""
        passage = quotation[0].sentence.passage
        if passage.language != language:
            return say("lead_in_foreign", language)
        return say("lead_in", language) if is_internal(self._house, passage.source) else ""
