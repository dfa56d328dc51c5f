"""Pieces of a report as HTML that needs no network: tables, and plotly's figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

STYLE = """body{font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
color:#222}h2{margin-top:2.5rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ddd;vertical-align:top}
td.n,th.n{text-align:right}.note{color:#666}.serious{font-weight:600}"""
COLOUR = "#3b6ea5"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Whole numbers stand right, with thousands parted; everything is escaped."""
    told = list(rows)
    numbers = [isinstance(value, int) for value in told[0]] if told else [False] * len(head)
    titles = "".join(
        f"<th{' class=n' if n else ''}>{escape(title)}</th>" for title, n in zip(head, numbers, strict=True)
    )
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in told)
    return f"<table><tr>{titles}</tr>{body}</table>"


def figure(drawn: Any, first: bool = False) -> str:
    """A plotly figure. The `first` of a page brings plotly's script with it, megabytes of it."""
    return str(drawn.to_html(full_html=False, include_plotlyjs=first, config={"displayModeBar": False}))


def _cell(value: object) -> str:
    return f"<td class=n>{value:,}</td>" if isinstance(value, int) else f"<td>{escape(str(value))}</td>"
