"""Trends and odd days in a sentence each, English and Chinese; every number is checked against the statistic.

The wording stands in code, so that a note is always there and never depends on a model. The check is that of all our
texts: a sentence with a number that its statistic does not license is a fault of ours and is never shown.
"""

from __future__ import annotations

from agent.checks.numbers import unlicensed_numbers
from core.errors import HawkerError
from core.language import Language
from insight.demand.anomalies import Anomaly
from insight.demand.trends import TrendNote

UNITS = {"en": {"pieces": "pieces", "orders": "orders"}, "zh": {"pieces": "件", "orders": "单"}}
SHOP = {"en": "The whole shop", "zh": "全店"}


def trend_in_words(note: TrendNote, language: Language) -> str:
    """One sentence: which series, up or down, by how much, since when."""
    unit, name = UNITS[language][note.unit], _named(note.series, language)
    before, now, percent = _amount(note.before), _amount(note.now), f"{abs(note.change):.0%}"
    first, weeks = note.first.isoformat(), str(note.weeks)
    if language == "zh":
        way = "上升" if note.change > 0 else "下降"
        moved = "此前没有销量" if note.before == 0 else f"此前 {weeks} 周日均 {before} {unit}，{way} {percent}"
        said = f"{name}：自 {first} 起 {weeks} 周日均 {now} {unit}，{moved}。"
    else:
        way = "up" if note.change > 0 else "down"
        moved = "nothing before" if note.before == 0 else f"{way} {percent} from {before} in the {weeks} weeks before"
        said = f"{name}: {now} {unit} a day in the {weeks} weeks since {first}, {moved}."
    return _checked(said, (name, first, f"{weeks} weeks", f"{weeks} 周", before, now, percent), language)


def anomaly_in_words(odd: Anomaly, language: Language) -> str:
    """One sentence: which day, what came, what was usual, and the holiday where there was one."""
    unit, name = UNITS[language][odd.unit], _named(odd.series, language)
    came, usual, day = _amount(odd.came), _amount(odd.expected), odd.day.isoformat()
    if language == "zh":
        far = "明显高于" if odd.kind == "spike" else "明显低于"
        why = f"（{odd.holiday}）" if odd.holiday else ""
        said = f"{name}：{day}{why}售出 {came} {unit}，{far}平日的 {usual} {unit}。"
    else:
        far = "far above" if odd.kind == "spike" else "far below"
        why = f" ({odd.holiday})" if odd.holiday else ""
        said = f"{name}: {came} {unit} on {day}{why}, {far} the usual {usual}."
    return _checked(said, (name, day, came, usual, odd.holiday), language)


def _named(series: str, language: Language) -> str:
    return SHOP[language] if series == "shop" else series


def _amount(value: float) -> str:
    """Whole pieces where there are many, one decimal where there are few."""
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _checked(said: str, licence: tuple[str, ...], language: Language) -> str:
    wrong = unlicensed_numbers(said, licence, language)
    if wrong:
        raise HawkerError(f"a note says {', '.join(wrong)}, which its statistic does not: {said}")
    return said
