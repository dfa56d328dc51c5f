"""Forecasts beside repeating the last week, over eight rolling origins: daily demand of 60 categories of a grocer
(completejourney), and the demo shop beside the rate that its simulator really had.

Run: `python -m evals.insight.demand --out FOLDER` (reads HAWKER_DATA; `--demo` or `--grocer` for one of them).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.errors import UserError
from evals.insight.demo_demand import DemoCase, measure_demo
from evals.insight.tables import Table, bootstrap_interval, write_report
from insight.demand.forecasting import Rehearsal, forecast, rehearse
from insight.demand.methods import NAIVE
from insight.demand.panel import DemandPanel

FILE = "completejourney/daily_demand_60cats.csv.gz"
HORIZON = 28
LEVEL = 0.8


@dataclass(frozen=True, slots=True)
class CategoryError:
    """One category's daily errors over the scored origins, each over what was bought."""

    category: str
    naive: float
    ours: float

    @property
    def ratio(self) -> float:
        return self.ours / self.naive


def read_grocer(folder: Path) -> DemandPanel:
    """The 60 categories' pieces a day; the last day, the first of January, is not whole and left out.

    Raises `UserError` where the file is missing.
    """
    path = folder / FILE
    if not path.is_file():
        raise UserError("HAWKER_DATA", folder, f"a folder with {FILE}", "set it, or say --demo")
    rows = pl.read_csv(path, try_parse_dates=True)
    wide = rows.pivot(index="date", on="product_category", values="units").sort("date").upsample("date", every="1d")
    wide = wide.fill_null(0)[:-1]
    values = np.ascontiguousarray(wide.drop("date").to_numpy().T, dtype=np.float64)
    return DemandPanel(tuple(wide.columns[1:]), wide["date"][0], values, "pieces", country="US")


def errors_by_category(panel: DemandPanel, rehearsal: Rehearsal) -> list[CategoryError]:
    """Over the eight scored origins."""
    scored = rehearsal.scored()
    naive = _wape(rehearsal, rehearsal.past.said[rehearsal.past.methods.index(NAIVE)][scored])
    ours = _wape(rehearsal, rehearsal.blends[scored])
    return [CategoryError(*row) for row in zip(panel.ids, map(float, naive), map(float, ours), strict=True)]


def _wape(rehearsal: Rehearsal, said: NDArray[np.float64]) -> NDArray[np.float64]:
    came = rehearsal.past.came[rehearsal.scored()]
    return np.asarray(np.abs(said - came).sum(axis=(0, 2)) / came.sum(axis=(0, 2)))


def method_table(rehearsal: Rehearsal) -> Table:
    """Mean WAPE over the categories, by method, and how many categories are 10 % below the naive one."""
    scored, past = rehearsal.scored(), rehearsal.past
    naive = _wape(rehearsal, past.said[past.methods.index(NAIVE)][scored])
    rows = []
    for name, said in [
        *zip(past.methods, past.said, strict=True),
        ("blend, chosen on earlier dates", rehearsal.blends),
    ]:
        wape = _wape(rehearsal, said[scored])
        if np.isfinite(wape).all():
            ratio = wape / naive
            rows.append((name, f"{wape.mean():.3f}", f"{ratio.mean():.3f}", f"{(ratio <= 0.9).sum()} of {len(wape)}"))
    return Table("by method", ("method", "mean WAPE", "mean of ratios", "10 % below"), tuple(rows))


def coverage(panel: DemandPanel, stands: int = 3) -> tuple[float, float]:
    """The shares of days and of totals that lay inside their intervals, at the last `stands` non-overlapping dates,
    each forecast made by what was known then."""
    days, totals = [], []
    for back in range(1, stands + 1):
        known = panel.days - back * HORIZON
        came = panel.values[:, known : known + HORIZON]
        for row, said in enumerate(forecast(panel.until(known), HORIZON, LEVEL).forecasts):
            days.append(np.mean((came[row] >= said.low) & (came[row] <= said.high)))
            totals.append(said.total_low <= came[row].sum() <= said.total_high)
    return float(np.mean(days)), float(np.mean(totals))


def grocer_tables(folder: Path) -> Iterator[Table]:
    panel = read_grocer(folder)
    rehearsal = rehearse(panel, HORIZON)
    assert rehearsal is not None, "a year is long enough"
    errors = errors_by_category(panel, rehearsal)
    ratios = np.asarray([error.ratio for error in errors])
    low, high = bootstrap_interval(ratios)
    inside_days, inside_totals = coverage(panel)
    yield Table(
        f"{len(errors)} categories, {HORIZON} days ahead, 8 origins two weeks apart",
        ("measure", "value"),
        (
            (
                "WAPE over that of the last week again, mean of categories",
                f"{ratios.mean():.3f} ({low:.3f}-{high:.3f})",
            ),
            ("categories 10 % below or more", f"{(ratios <= 0.9).sum()} of {len(ratios)}"),
            ("worst category", f"{max(errors, key=lambda error: error.ratio).category} {ratios.max():.3f}"),
            ("days inside their 80 % intervals", f"{inside_days:.3f}"),
            ("totals inside their 80 % intervals", f"{inside_totals:.3f}"),
        ),
    )
    yield method_table(rehearsal)
    rows = tuple((error.category, f"{error.naive:.3f}", f"{error.ours:.3f}", f"{error.ratio:.3f}") for error in errors)
    yield Table("by category", ("category", "last week again", "ours", "ratio"), rows)


def demo_tables() -> Iterator[Table]:
    cases = list(measure_demo())
    true = np.asarray([case.true_rate for case in cases])
    yield Table(
        "demo shop, orders in four weeks: mean distance from the true expected number",
        ("who", "mean absolute error", "bias"),
        tuple(_distance(name, np.asarray(said), true) for name, said in _voices(cases)),
    )
    inside = sum(case.low <= case.drawn <= case.high for case in cases)
    yield Table(
        f"demo shop by case ({inside} of {len(cases)} inside their 80 % intervals)",
        ("seed", "up to", "foretold", "80 %", "true rate", "came", "last week again", "model"),
        tuple(_row(case) for case in cases),
    )


def _voices(cases: list[DemoCase]) -> list[tuple[str, list[float]]]:
    return [
        ("ours", [case.foretold for case in cases]),
        ("last week again", [case.naive for case in cases]),
        ("what came, by chance alone", [case.drawn for case in cases]),
    ]


def _distance(name: str, said: NDArray[np.float64], true: NDArray[np.float64]) -> tuple[str, ...]:
    off = said / true - 1
    low, high = bootstrap_interval(np.abs(off))
    return name, f"{np.abs(off).mean():.1%} ({low:.1%}-{high:.1%})", f"{off.mean():+.1%}"


def _row(case: DemoCase) -> tuple[str, ...]:
    spread = f"{case.low:.0f}-{case.high:.0f}"
    figures = (case.foretold, case.true_rate, case.drawn, case.naive)
    foretold, true, drawn, naive = (f"{figure:.0f}" for figure in figures)
    return str(case.seed), case.end.isoformat(), foretold, spread, true, drawn, naive, case.model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="folder for demand.json and demand.md")
    parser.add_argument("--demo", action="store_true", help="the demo shop alone")
    parser.add_argument("--grocer", action="store_true", help="the grocer alone")
    asked = parser.parse_args()
    tables: list[Table] = []
    if not asked.demo:
        tables += grocer_tables(Path(os.environ.get("HAWKER_DATA", "")))
    if not asked.grocer:
        tables += demo_tables()
    write_report("demand", tables, asked.out)


if __name__ == "__main__":
    main()
