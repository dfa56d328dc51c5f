"""Listening to the model: its answer is cut into sentences as it streams, and each is judged before anyone sees it.

The first sentence that fails ends the answer. It knows what was found and what was asked; it stores nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import closing

from agent.desk.extraction import Asked, Candidate
from agent.desk.grounding import Verdict, judge_sentence, support
from agent.desk.knowledge import Finding
from agent.desk.patience import patient_stream
from agent.desk.pointedness import of_its_kind, on_point
from agent.desk.sentences import readable, sentence_end
from core.facts import CheckResult
from core.generation import GenerationRequest, GenerationResult
from core.stopping import StopSign
from core.support import Sentence
from engine.protocol import Engine

HANDOFF = "{handoff}"
"""the whole answer of a tuned model whose pages do not answer"""
MOST_SENTENCES = 2
PATIENCE = 4.0
"""seconds that the model has for its answer"""
COMPLETE = 0.6
"""share of the cited words that a sentence must keep: half a rule is another rule"""
SAID_ALREADY = 0.8
"""share of a second sentence's words in the first, from which on it adds nothing"""
_OPENING = re.compile(
    r"^(yes|no|sure|certainly|of course|hello|hi|answer)\b[,.!:]*\s*|^(是的|可以的?|好的|不可以|不能|您好"
    r"|回答)[，。！,：:]\s*",
    re.I,
)
_NUMBERING = re.compile(r"\s*[\[(]\d+(?:\s*,\s*\d+)*[\])]")
_ENDED = (".", "!", "?", "。", "！", "？")


class Hearing:
    """One answer on its way: the text so far, what passed, and whether to go on."""

    def __init__(
        self, asked: Asked, finding: Finding, sources: Sequence[Candidate], show: Callable[[Sentence], None]
    ) -> None:
        """`sources`: the sentences that the model was shown, which alone may carry what it writes."""
        self._asked, self._finding, self._sources, self._show = asked, finding, sources, show
        self._open = ""
        self.declined = False
        """whether the model says that its pages do not answer"""
        self.cut_off = False
        """whether it was not heard out: the time was up, or nobody waits any more"""
        self.passed: list[Sentence] = []
        self.checks: list[CheckResult] = []
        self._over = False

    def follow(self, engine: Engine, request: GenerationRequest, begun_by: float, stop: StopSign) -> GenerationResult:
        """Judge the stream; cancel it once the answer is over, `stop` is shown, or no sentence has passed by `begun_by`
        (of `time.monotonic()`). The result is cut short where it was cancelled."""
        result: GenerationResult | None = None
        written = ""
        over_by = time.monotonic() + PATIENCE

        def deadline() -> float:
            return over_by if self.passed else min(begun_by, over_by)

        with closing(patient_stream(engine, request, deadline, stop)) as deltas:
            for delta in deltas:
                written += delta.text
                result = delta.result or result
                self._take(delta.text, last=delta.result is not None)
                if self._over:
                    break
        self.cut_off = result is None and not self._over
        return result or GenerationResult(request.id, written, "cancelled", 0, 0, 0.0)

    def replay(self, text: str) -> None:
        """Judge a text written before on the same inputs."""
        self._take(text, last=True)

    def _take(self, piece: str, last: bool) -> None:
        self._open += piece
        if HANDOFF in self._open and not self.passed:
            self._over = self.declined = True
        while not self._over and (end := sentence_end(self._open)) is not None:
            self._judge(self._open[:end])
            self._open = self._open[end:]
        if last and not self._over and self._open.strip():
            # A text cut off at its token limit ends in half a sentence: it is not shown.
            if self._open.rstrip().endswith(_ENDED):
                self._judge(self._open)
            self._open = ""

    def _judge(self, raw: str) -> None:
        text = tidy(raw, [candidate.sentence.section for candidate in self._sources])
        if not text:
            return
        verdict = self._verdict(text)
        self.checks += verdict.checks
        if not verdict.ok:
            self._over = True
            return
        sentence = Sentence(text, verdict.citations)
        self.passed.append(sentence)
        self._show(sentence)
        self._over = len(self.passed) >= MOST_SENTENCES

    def _verdict(self, text: str) -> Verdict:
        asked = self._asked
        verdict = judge_sentence(text, [candidate.sentence for candidate in self._sources], asked.language)
        cited = " ".join(citation.quote for citation in verdict.citations)
        more = [
            CheckResult("statement", not text.endswith(("?", "？"))),
            CheckResult("complete", not cited or support(cited, text, asked.language) >= COMPLETE),
        ]
        if self.passed:
            said = " ".join(sentence.text for sentence in self.passed)
            more.append(CheckResult("adds", support(text, said, asked.language) < SAID_ALREADY))
        else:
            more.append(CheckResult("on_point", self._on_point(text)))
        return Verdict((*verdict.checks, *more), verdict.citations if all(check.ok for check in more) else ())

    def _on_point(self, text: str) -> bool:
        """At least as much so as the quotation, where that answers; where the desk is in doubt of it, of the kind that
        was asked for."""
        asked, finding = self._asked, self._finding
        if finding.verdict.ok:
            return on_point(text, asked, finding.quotation, finding.weights)
        return of_its_kind(text, asked)


def tidy(raw: str, headings: Sequence[str] = ()) -> str:
    """A model's sentence as it may be shown: no markup, no passage numbers, no heading repeated, no bare yes or no that
    nothing verifies.
    """
    text = readable(_NUMBERING.sub("", raw))
    for heading in headings:
        for colon in ("：", ": ", ":"):
            text = text.removeprefix(heading + colon)
    text = _OPENING.sub("", text).strip()
    return text[:1].upper() + text[1:]
