"""`hawker ask` for one support turn, `hawker chat` for a conversation."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge

if TYPE_CHECKING:
    from core.support import Sentence, SupportAnswer

Customer = Annotated[str | None, typer.Option(help="the customer who asks, as your system identified them")]
Lang = Annotated[str | None, typer.Option(help="en or zh; default: the language of the question")]


def ask(
    question: Annotated[str, typer.Argument(help="the customer's question")],
    customer: Customer = None,
    lang: Lang = None,
    conversation: Annotated[str | None, typer.Option(help="go on with this conversation")] = None,
    json: edge.Json = False,
) -> None:
    """Answer one question from the shop's knowledge, with its sources, or hand it to a person."""
    from agent.support import answer
    from core.support import SupportQuestion

    asked = SupportQuestion(question, customer, conversation, lang)
    with edge.house() as house:
        given = answer(house, asked, None if json else print_sentence)
    if json:
        edge.print_json(given)
    else:
        show_rest(given)


def chat(customer: Customer = None, lang: Lang = None) -> None:
    """Talk to the support desk until an empty line or the end of input."""
    from agent.support import DISCLOSURE, answer
    from core.support import SupportQuestion

    talking = sys.stdin.isatty()
    with edge.house() as house:
        edge.err().print(f"[dim]{DISCLOSURE[lang or 'en']} Empty line to leave.[/dim]")
        conversation: str | None = None
        while text := _next_line(talking):
            given = answer(house, SupportQuestion(text, customer, conversation, lang), print_sentence)
            conversation = given.conversation_id
            show_rest(given)


def _next_line(talking: bool) -> str:
    if talking:
        edge.err().print("[bold]you:[/bold] ", end="")
    return sys.stdin.readline().strip()


def print_sentence(sentence: Sentence) -> None:
    """A checked sentence, as soon as it may be shown."""
    print(sentence.text, flush=True)


def show_rest(given: SupportAnswer) -> None:
    """What stands behind the sentences already printed: sources, action, time."""
    console = edge.out()
    for citation in given.citations:
        console.print(f"  - {citation.source}: {citation.quote}", style="dim", markup=False)
    console.print(
        f"  [{given.action}: {given.reason}; first text after {given.first_text_seconds:.1f} s]",
        style="dim",
        markup=False,
    )
