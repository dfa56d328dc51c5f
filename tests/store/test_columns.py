"""Money stays exact, times stay aware, and nothing unsealed enters an encrypted column."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import HawkerError
from store.columns import Moment, Money, SealedText

SQLITE, POSTGRESQL = sqlite.dialect(), postgresql.dialect()
EARLY, LATE = datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2100-01-01")
"""without a zone"""


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_money_comes_back_as_it_was_written(amount: Decimal) -> None:
    column = Money()
    back = column.process_result_value(column.process_bind_param(amount, SQLITE), SQLITE)
    assert back == amount
    assert str(back) == format(amount, "f")


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
def test_money_that_is_no_number_is_refused(amount: str) -> None:
    with pytest.raises(HawkerError, match="finite"):
        Money().process_bind_param(Decimal(amount), SQLITE)


@given(st.datetimes(min_value=EARLY, max_value=LATE), st.integers(-12, 14))
def test_times_come_back_equal_and_in_utc(naive: datetime, hours: int) -> None:
    at = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    for dialect in (SQLITE, POSTGRESQL):
        back = Moment().process_result_value(Moment().process_bind_param(at, dialect), dialect)
        assert back == at
        assert back is not None
        assert back.tzinfo is UTC


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(HawkerError, match="time zone"):
        Moment().process_bind_param(EARLY, SQLITE)


def test_an_encrypted_column_refuses_plain_bytes() -> None:
    with pytest.raises(HawkerError, match="not sealed"):
        SealedText().process_bind_param(b"ann@example.org", SQLITE)  # type: ignore[arg-type]
