"""The shop report as one HTML page that needs no network: plotly is written into it once. It computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from agent.analyst.report import Demand, ShopReport
from core.html_page import COLOUR, STYLE, figure, table

HEIGHT = 320
PALE = "rgba(59,110,165,0.2)"
WORDS = {
    "en": {
        "title": "the shop and its customers",
        "asof": "{customers:,} customers; newest order {day}",
        "months": "What was paid, by month",
        "paid": "paid, {currency}",
        "segments": "Who the customers are",
        "segment": ("segment", "who they are", "customers"),
        "demand": "What will be bought",
        "foretold": "The next {days} days: {total:,.0f} {unit}, with a chance of {level:.0%} between "
        "{low:,.0f} and {high:,.0f}.",
        "off": " On earlier dates it was off by {ours:.0%} of what was bought a day; last week repeated, "
        "by {naive:.0%}.",
        "notes": "What stands out",
        "nothing": "Nothing stands out of chance.",
        "lifetime": "What customers will bring in a year",
        "brings": "{alive:,.0f} of {customers:,} buyers are still customers, by expectation. They will bring "
        "{orders:,.0f} orders and {value:,.0f} {currency}.",
        "tenths": ("buyers by value, a tenth each", "still customers", "orders", "value"),
        "models": "Scores that are kept",
        "model": ("model", "AUC", "baseline", "rows learnt from"),
        "none": "None yet: hawker insight train purchase",
        "thin": "Not drawn: ",
    },
    "zh": {
        "title": "店铺与客户",
        "asof": "客户 {customers:,} 位；最近一单 {day}",
        "months": "每月实付",
        "paid": "实付金额，{currency}",
        "segments": "客户是谁",
        "segment": ("分群", "特征", "人数"),
        "demand": "接下来会卖多少",
        "foretold": "未来 {days} 天：{total:,.0f} {unit}，{level:.0%} 的把握在 {low:,.0f} 到 {high:,.0f} 之间。",
        "off": "在以往日期上，预测的日误差为销量的 {ours:.0%}，照搬上周则为 {naive:.0%}。",
        "notes": "值得注意的变化",
        "nothing": "没有超出偶然的变化。",
        "lifetime": "客户一年内会带来什么",
        "brings": "预计 {customers:,} 位买家中有 {alive:,.0f} 位仍是客户，"
        "一年内带来 {orders:,.0f} 单、{value:,.0f} {currency}。",
        "tenths": ("按价值分十组", "仍是客户", "订单", "金额"),
        "models": "已有的评分模型",
        "model": ("模型", "AUC", "基线", "学习行数"),
        "none": "还没有：hawker insight train purchase",
        "thin": "未绘制：",
    },
}
UNITS = {"en": {}, "zh": {"pieces": "件", "orders": "单"}}


def draw_report(report: ShopReport) -> str:
    """The whole page, in the report's language."""
    words: dict[str, Any] = WORDS[report.language]
    title = f"{escape(report.name)}: {words['title']}"
    head = f"<!doctype html><html lang='{report.language}'><head><meta charset='utf-8'><title>{title}</title>"
    asof = words["asof"].format(customers=report.customers, day=report.as_of or "-")
    parts = [f"{head}<style>{STYLE}</style></head><body><h1>{title}</h1><p class=note>{asof}</p>"]
    parts += [f"<h2>{words['months']}</h2>", figure(_months(report, words), first=True)]
    lines = [(one.title, one.description, one.customers) for one in report.segments]
    parts += [f"<h2>{words['segments']}</h2>", table(words["segment"], lines)]
    parts += [f"<h2>{words['demand']}</h2>", *_demand(report, words)]
    parts += [f"<h2>{words['notes']}</h2>", _notes(report, words)]
    parts += [f"<h2>{words['lifetime']}</h2>", *_lifetime(report, words)]
    parts += [f"<h2>{words['models']}</h2>", _models(report, words), "</body></html>"]
    return "\n".join(parts)


def _demand(report: ShopReport, words: dict[str, Any]) -> Iterator[str]:
    demand = report.demand
    if demand is None:
        yield _missing(report, words, "demand")
        return
    one = demand.foretold
    told = words["foretold"].format(
        days=len(one.dates),
        total=one.total,
        unit=UNITS[report.language].get(one.unit, one.unit),
        level=one.level,
        low=one.total_low,
        high=one.total_high,
    )
    if one.backtest:
        told += words["off"].format(ours=one.backtest.wape, naive=one.backtest.naive_wape)
    yield f"<p>{escape(told)}</p>"
    yield figure(_days(demand))


def _notes(report: ShopReport, words: dict[str, Any]) -> str:
    if "notes" in report.missing:
        return _missing(report, words, "notes")
    told = "".join(f"<li>{escape(note)}</li>" for note in report.notes)
    return f"<ul>{told}</ul>" if told else f"<p>{words['nothing']}</p>"


def _lifetime(report: ShopReport, words: dict[str, Any]) -> Iterator[str]:
    found = report.lifetime
    if found is None:
        yield _missing(report, words, "lifetime")
        return
    figures = {"alive": found.alive, "customers": found.customers, "orders": found.orders, "value": found.value}
    yield f"<p>{escape(words['brings'].format(**figures, currency=report.currency))}</p>"
    rows = [
        (str(at), f"{one.alive:.0%}", round(one.orders), round(one.value)) for at, one in enumerate(found.tenths, 1)
    ]
    yield table(words["tenths"], rows)


def _models(report: ShopReport, words: dict[str, Any]) -> str:
    rows = [(one.name, f"{one.auc:.3f}", f"{one.baseline:.3f}", one.rows) for one in report.models]
    return table(words["model"], rows) if rows else f"<p>{words['none']}</p>"


def _missing(report: ShopReport, words: dict[str, Any], part: str) -> str:
    return f"<p class=note>{words['thin']}{escape(report.missing[part])}</p>"


def _months(report: ShopReport, words: dict[str, Any]) -> Any:
    import plotly.graph_objects as plot

    names = [one.name for one in report.months]
    paid = plot.Bar(x=names, y=[one.paid for one in report.months], marker_color=COLOUR)
    layout = {"height": HEIGHT, "margin": {"t": 10}, "yaxis": {"title": words["paid"].format(currency=report.currency)}}
    return plot.Figure(paid, layout=layout).update_xaxes(type="category")


def _days(demand: Demand) -> Any:
    import plotly.graph_objects as plot

    one = demand.foretold
    bounds = {"x": one.dates, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    lines = [
        plot.Scatter(x=demand.dates, y=demand.sold, mode="lines", line={"color": "#999", "width": 1}),
        plot.Scatter(y=one.high, **bounds),
        plot.Scatter(y=one.low, fill="tonexty", fillcolor=PALE, **bounds),
        plot.Scatter(x=one.dates, y=one.mean, mode="lines", line={"color": COLOUR, "width": 2}),
    ]
    return plot.Figure(lines, layout={"height": HEIGHT, "margin": {"t": 10}, "showlegend": False})
