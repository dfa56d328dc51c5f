"""The sentence that says why a forecast was made the way it was."""

from __future__ import annotations

from insight.demand.forecast import Backtest


def why_these(model: str, test: Backtest) -> str:
    """For a blend that was tried on earlier dates."""
    share = f"{test.wape:.0%} of what was bought"
    if test.ratio < 1:
        beside = f"{1 - test.ratio:.0%} less than repeating the last week"
    else:
        beside = "no better than repeating the last week"
    names = "the method" if "," not in model else "the methods"
    return f"{names} closest on earlier dates; on {test.origins} of them the days were off by {share}, {beside}"


def why_weekdays(days: int) -> str:
    """For a history too short to try methods on."""
    return f"{days} days of orders are too few to try methods on earlier dates, so each weekday's mean goes on"
