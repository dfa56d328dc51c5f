"""The quality of a shop's data as one HTML page that needs no network: plotly is written into it once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from core.html_page import COLOUR, STYLE, figure, table
from shop.quality.gaps import Gap
from shop.quality.measures import Quality

HEIGHT = 320


def draw_page(name: str, quality: Quality, gaps: Iterable[Gap]) -> str:
    """The whole page. `name` is the shop's."""
    latest = quality.loads[0][1] if quality.loads else {}
    parts = [
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(name)}: data quality</title>",
        f"<style>{STYLE}</style></head><body><h1>{escape(name)}: the quality of its data</h1>",
        "<h2>What is missing, and what it costs</h2>",
        _gap_table(gaps),
        "<h2>What is there</h2>",
        table(("kind", "rows"), quality.counts.items()),
        "<h2>The last load</h2>",
        _load_table(latest),
        _reason_table(latest.get("reasons", [])),
        "<h2>How full the fields are</h2>",
        figure(_filled(quality.filled), first=True),
        "<h2>Rows by month</h2>",
        *(figure(_months(kind, rows)) for kind, rows in quality.months.items() if rows),
        "<h2>Rows that name something which is not there, and doubles</h2>",
        table(
            ("what", "rows"),
            [
                *quality.orphans.items(),
                ("records merged with another", quality.merged),
                ("pairs that may be one person", quality.suggested),
            ],
        ),
        "</body></html>",
    ]
    return "\n".join(parts)


def _gap_table(gaps: Iterable[Gap]) -> str:
    rows = "".join(
        f"<tr{' class=serious' if gap.serious else ''}><td>{escape(gap.what)}</td><td>{escape(gap.costs)}</td></tr>"
        for gap in gaps
    )
    return f"<table><tr><th>gap</th><th>what it costs</th></tr>{rows}</table>" if rows else "<p>Nothing is missing.</p>"


def _load_table(load: Mapping[str, Any]) -> str:
    if not load:
        return "<p>Nothing was loaded yet.</p>"
    columns = ("read", "taken", "mended", "refused")
    rows = [(kind, *(load[column].get(kind, 0) for column in columns)) for kind in load["read"]]
    return table(("kind", *columns), rows)


def _reason_table(reasons: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        (one["kind"], "refused" if one["refused"] else "mended", one["field"], one["why"], one["rows"])
        for one in reasons
    ]
    return table(("kind", "", "field", "why", "rows"), rows) if rows else ""


def _filled(filled: Mapping[str, Mapping[str, float]]) -> Any:
    import plotly.graph_objects as plot

    pairs = [
        (f"{kind}: {name.replace('_', ' ')}", share)
        for kind, shares in filled.items()
        for name, share in shares.items()
    ]
    labels, shares = [label for label, _ in reversed(pairs)], [share for _, share in reversed(pairs)]
    bars = plot.Bar(x=shares, y=labels, orientation="h", marker_color=COLOUR)
    drawn = plot.Figure(bars, layout={"height": 80 + 22 * len(pairs), "margin": {"t": 10, "l": 10}})
    drawn.update_xaxes(tickformat=".0%", range=[0, 1], title="share of rows")
    return drawn.update_yaxes(automargin=True)


def _months(kind: str, rows: Mapping[str, int]) -> Any:
    import plotly.graph_objects as plot

    bars = plot.Bar(x=list(rows), y=list(rows.values()), marker_color=COLOUR)
    drawn = plot.Figure(bars, layout={"height": HEIGHT, "margin": {"t": 40}, "title": kind})
    return drawn.update_xaxes(type="category")
