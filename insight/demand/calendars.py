"""Public holidays as a learner and a mender see them: which days have one, how far away the next is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError

FAR = 8
"""days; beyond it a holiday is not felt"""


@cache
def holiday_names(country: str, year: int) -> dict[date, str]:
    """The public holidays of `country` (ISO 3166, `US`) in `year`; none for an empty code. Days in lieu are left out,
    for the name stands on its own day already. Raises `UserError` for a country that the library does not know.
    """
    if not country:
        return {}
    import holidays

    try:
        found = holidays.country_holidays(country, years=year, language="en_US")
    except NotImplementedError:
        expected = "an ISO 3166 code of a country whose holidays are known, as US or CN"
        raise UserError("country", country, expected, "set it in BRAND.yaml, or say --country") from None
    return {day: str(name) for day, name in found.items() if "observed" not in name.lower() and day.year == year}


def holidays_between(country: str, first: date, last: date) -> dict[date, str]:
    """Day -> name, from `first` to `last`, both included, in the order of the days."""
    named = {
        day: name for year in range(first.year, last.year + 1) for day, name in holiday_names(country, year).items()
    }
    return {day: named[day] for day in sorted(named) if first <= day <= last}


def nearness(country: str, days: Sequence[date]) -> NDArray[np.float64]:
    """Days to the next holiday and since the last one, `FAR` at most, shape (2, days)."""
    reach = timedelta(days=FAR)
    known = [day.toordinal() for day in holidays_between(country, min(days) - reach, max(days) + reach)]
    apart = np.asarray([day.toordinal() for day in days])[:, None] - np.asarray(known or [0])[None, :]
    before = np.where(apart <= 0, -apart, FAR).min(axis=1)
    after = np.where(apart >= 0, apart, FAR).min(axis=1)
    return np.asarray(np.minimum(np.stack([before, after]), FAR), dtype=np.float64)
