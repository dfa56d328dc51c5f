"""Public tables with a yes-or-no column, read from HAWKER_DATA."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from insight.predicting.tables import read_table
from insight.predicting.tasks import TableTask


@dataclass(frozen=True, slots=True)
class ScoreSet:
    """One table, and what is wanted of a score of it."""

    file: str
    target: str
    id: str | None
    auc: float | None = None
    """at least; None: only told"""
    dropped: tuple[str, ...] = ()
    """columns that say the answer in other words"""


SETS: Mapping[str, ScoreSet] = {
    "telco-churn": ScoreSet("rdatasets_misc/telco_wa_churn.csv", "churn", "rownames", 0.84),
    "personal-loan": ScoreSet("dmba_marketing/UniversalBank.csv.gz", "Personal Loan", "ID", 0.97),
    "mlc-churn": ScoreSet("rdatasets_misc/mlc_churn.csv", "churn", "rownames"),
    "tayko-purchase": ScoreSet("dmba_marketing/Tayko.csv.gz", "Purchase", "sequence_number", None, ("Spending",)),
    "book-club": ScoreSet(
        "dmba_marketing/CharlesBookClub.csv.gz", "Florence", "Seq#", None, ("ID#", "Yes_Florence", "No_Florence")
    ),
}
CALIBRATED = 0.03
"""calibration error that the sets with a wanted AUC may have at most"""


def read_set(name: str, data: Path) -> TableTask:
    """The set as a task. Raises `UserError` where its file is missing."""
    found = SETS[name]
    table: pl.DataFrame = read_table(data / found.file).drop(found.dropped)
    return TableTask(name, table, found.target, id=found.id, source=Path(found.file).name)
