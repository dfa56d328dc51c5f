"""The support desk: one question in, one answer out, with its sources.

The turn: read the message -> rule in code -> a tool, or the knowledge -> below the floor say so and offer a person,
without asking the model (a little below it, a tuned model may still find the answer) -> the model writes from the few
sentences that answer, each of its sentences checked before it is shown -> where nothing it wrote is carried by them,
those sentences themselves are the answer. Whoever leaves before the end stops the model, not the turn: it is ended by
quotation. Every turn is stored.

    hawker ask "How long do I have to send boots back?"
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from agent.desk.knowledge import find
from agent.desk.memory import understand
from agent.desk.policy import rule, rule_unanswered
from agent.desk.reading import Message, read_message
from agent.desk.reply import Reply
from agent.desk.tools import answer_from_records, product_knowledge
from agent.desk.wording import DISCLOSURE
from agent.desk.writing import voice_for, write
from core.stopping import StopSign
from core.support import Sentence, Stage, SupportAnswer, SupportQuestion

if TYPE_CHECKING:
    from agent.desk.extraction import Asked
    from agent.desk.knowledge import Finding
    from agent.house import House

__all__ = ["DISCLOSURE", "answer"]


def answer(
    house: House,
    question: SupportQuestion,
    on_sentence: Callable[[Sentence], None] | None = None,
    on_stage: Callable[[Stage], None] | None = None,
    stop: StopSign | None = None,
) -> SupportAnswer:
    """Answer `question` and store the turn. `on_sentence` gets each sentence as soon as it may be shown, `on_stage`
    what the desk is at before that. Once `stop` is shown no model is asked or heard any more.

    Raises `NotFound` for an unknown customer, or a conversation that is not theirs.
    """
    reply = Reply(house, on_sentence, on_stage, stop or StopSign(), question.quote_from)
    reply.enter("understanding")
    message = read_message(house, question)
    asked = understand(message.text, message.language, message.turns)
    _take_turn(house, message, asked, reply)
    made = reply.answer(message)
    house.store.conversations.add_turn(message.conversation_id, question, made, reply.stages, reply.sentences)
    return made


def _take_turn(house: House, message: Message, asked: Asked, reply: Reply) -> None:
    """Fill `reply`: rules, then tools, then knowledge."""
    if ruling := rule(message, asked):
        reply.rule(ruling, message.language)
        return
    if answer_from_records(house, message, reply):
        return
    reply.enter("searching")
    voice_for(house, message.language)  # its model loads while the knowledge is searched
    records = product_knowledge(house, message, asked, reply)
    if reply.done:
        return
    finding = find(house, asked, records)
    if finding.verdict.ok:
        _answer_from(house, message, asked, finding, reply)
    elif not (finding.verdict.close and _read_closely(house, message, asked, finding, reply)):
        _hand_over(message, asked, finding, reply)


def _hand_over(message: Message, asked: Asked, finding: Finding, reply: Reply) -> None:
    """Say that it is not known; where a page came near, say which."""
    ruling = rule_unanswered(message, asked, finding.any_word)
    reply.rule(ruling, message.language, finding.verdict.why)
    if ruling.action == "handoff" and finding.verdict.related:
        reply.point_to_page(finding, message.language)


def _read_closely(house: House, message: Message, asked: Asked, finding: Finding, reply: Reply) -> bool:
    """Where the desk is in doubt, a tuned model's own words decide, checked as always; nothing is quoted."""
    voice = voice_for(house, message.language)
    if voice is None or not voice.tuned:
        return False
    reply.enter("writing")
    written = write(house, voice, asked, finding, message, reply.show, reply.stop)
    if written is None:
        return False
    reply.heard(written)
    if written.sentences:
        reply.finish("answer", f"read in the pages: {finding.verdict.why}")
    return bool(written.sentences)


def _answer_from(house: House, message: Message, asked: Asked, finding: Finding, reply: Reply) -> None:
    """The model's words where they are carried, else the shop's own."""
    voice = voice_for(house, message.language)
    if voice is None:
        reply.quote(finding, message.language, f"quoted: no model that speaks {message.language} is at hand")
        return
    reply.enter("writing")
    written = write(house, voice, asked, finding, message, reply.show, reply.stop, reply.quote_from)
    if written is None:
        reply.quote(finding, message.language, "quoted: the model was not at hand")
        return
    reply.heard(written)
    if written.sentences and written.cut_off:
        reply.quote(finding, message.language, "begun by the model, which was stopped; ended by quotation")
    elif written.sentences:
        reply.finish("answer", "answered from the knowledge")
    elif written.declined:
        # the desk is sure by its own rules, and a small model declines far more than it should
        reply.quote(finding, message.language, "quoted: the model found no answer in the pages, the desk did")
    else:
        failed = next((check.name for check in written.checks if not check.ok), "nothing written")
        reply.quote(finding, message.language, f"quoted: the model's words failed ({failed})")
