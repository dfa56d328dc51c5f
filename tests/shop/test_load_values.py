"""Values as people write them; what could mean two things is refused rather than guessed."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.dates import DateOrder, Moment, read_time
from shop.values import (
    Unreadable,
    language_of,
    read_count,
    read_email,
    read_language,
    read_money,
    read_text,
    read_yes_or_no,
)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("$237.68", "237.68"),
        ("$1,299.00", "1299.00"),
        ("12,345,678.5", "12345678.50"),
        ("￥199", "199"),
        ("199 元", "199"),
        ("USD 79.00", "79.00"),
        ("1.299,00", "1299.00"),
        ("12,50", "12.50"),
        ("1 299,00 €", "1299.00"),
        ("1'299.00", "1299.00"),
        (1e12, "1000000000000.00"),
        ("79 EUR", "79"),
        ("$6.94 $ 6 . 94", "6.94"),
        (50.88, "50.88"),
        (Decimal("94.8"), "94.80"),
        (0, "0"),
    ],
)
def test_amounts_are_read_exactly(written: object, amount: str) -> None:
    assert str(read_money(written)) == amount


@pytest.mark.parametrize(
    "written",
    [
        "$ 19 99",
        "$15.99 - $44.99",
        "Total price:",
        "",
        "-5.00",
        "1.2.3",
        "NaN",
        "$5 $6",
        "1e3",
        True,
    ],
)
def test_unclear_amounts_are_not_guessed(written: object) -> None:
    with pytest.raises(Unreadable):
        read_money(written)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_every_way_to_write_an_amount_is_that_amount(amount: Decimal) -> None:
    for written in (str(amount), f"${amount:,}", f"{amount} 元", f"USD {amount}", amount):
        assert read_money(written) == amount


@given(st.text() | st.integers() | st.floats() | st.none())
def test_a_reader_reads_or_says_why(value: object) -> None:
    for read in (read_money, read_count, read_time, read_yes_or_no, read_language, read_email, read_text):
        with suppress(Unreadable):
            assert read(value) is not None


def test_times_without_zone_are_utc_and_say_so() -> None:
    assert read_time("2026-03-01") == Moment(datetime(2026, 3, 1, tzinfo=UTC), ("no time zone: taken as UTC",))
    assert read_time("2026-03-01T14:00:00+08:00") == Moment(datetime(2026, 3, 1, 6, tzinfo=UTC))
    with pytest.raises(Unreadable, match="between the years"):
        read_time("0001-01-01T00:00:00+14:00")


@pytest.mark.parametrize(
    "written",
    [
        "2026/3/1",
        "2026.03.01",
        "2026年3月1日",
        "1 March 2026",
        "Mar 1, 2026",
        "01.03.2026",
        "1772323200",
        "1772323200000",
    ],
)
def test_a_day_is_written_in_many_ways(written: str) -> None:
    assert read_time(written).at == datetime(2026, 3, 1, tzinfo=UTC)


def test_whether_day_or_month_stands_first_is_told_by_the_files_other_dates() -> None:
    def read(written: str, *others: str) -> Moment:
        return read_time(written, DateOrder(None, lambda: others))

    assert read("03/04/2026", "25/03/2026").at == datetime(2026, 4, 3, tzinfo=UTC)
    assert read("03/04/2026", "25/03/2026").assumed[0] == "the day stands first, as in 25/03/2026"
    assert read("03/04/2026 2:30 PM", "03/25/2026").at == datetime(2026, 3, 4, 14, 30, tzinfo=UTC)
    assert read_time("03/04/2026", DateOrder("day-first")).at == datetime(2026, 4, 3, tzinfo=UTC)
    assert read("13/04/2026").at == datetime(2026, 4, 13, tzinfo=UTC)
    for others in ((), ("03/04/2026",), ("25/03/2026", "03/25/2026")):
        with pytest.raises(Unreadable, match="day or month first"):
            read("03/04/2026", *others)
    with pytest.raises(Unreadable, match="calendar"):
        read("31/02/2026")


def test_texts_lose_what_cannot_be_seen_and_keep_their_emoji() -> None:
    assert read_text("\ufeff  Tent\x00\r\nfor two 👩‍🚀 ") == "Tent\nfor two 👩‍🚀"
    with pytest.raises(Unreadable):
        read_text(["a"])


@pytest.mark.parametrize(("written", "code"), [("zh-CN", "zh"), ("EN", "en"), ("zh_Hans", "zh")])
def test_languages_are_two_letters(written: str, code: str) -> None:
    assert read_language(written) == code


def test_a_languages_script_is_seen() -> None:
    assert language_of("30 天内可退货 (returns)") == "zh"
    assert language_of("The 山 tent for two people") == "en"
    assert language_of("") == "en"
