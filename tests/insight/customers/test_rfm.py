"""Segments in shops small enough to check by hand, and what must hold in any shop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.customer import Order, OrderLine
from core.errors import UserError
from insight.behaviour.written import lines_of
from insight.customers.rfm import segment_customers
from insight.customers.segments import SEGMENTS, segment

Bought = Callable[..., Order]


@pytest.fixture
def small_shop(bought: Bought) -> list[Order]:
    """Six ordinary buyers a marketer would name at a glance, around a usual order of 50."""
    return [
        *[bought("champion", days) for days in (10, 60, 110, 160, 210, 260)],
        *[bought("leaving", days) for days in (240, 290, 340, 390, 440, 490)],
        bought("new", 12),
        bought("rich", 20, 400),
        bought("sleeping", 250),
        bought("gone", 500),
    ]


def test_a_small_shop_is_named_as_a_marketer_would(small_shop: list[Order], now: datetime) -> None:
    assert segment_customers(lines_of(small_shop).lazy(), now) == {
        "champion": "champions",
        "leaving": "at-risk",
        "new": "new-customers",
        "rich": "big-spenders",
        "sleeping": "hibernating",
        "gone": "lost",
    }


def test_who_buys_below_the_usual_price_is_a_bargain_hunter(
    small_shop: list[Order], bought: Bought, now: datetime
) -> None:
    orders = [*small_shop, bought("hunter", 15, 35), bought("hunter", 80, 40)]
    assert segment_customers(lines_of(orders).lazy(), now)["hunter"] == "bargain-hunters"


def test_a_coupon_on_the_whole_order_is_a_discount(small_shop: list[Order], bought: Bought, now: datetime) -> None:
    with_coupon = [
        Order(f"C{days}", "hunter", (OrderLine("tent", "Tent", 1, Decimal(50)),), "delivered", placed, Decimal(40))
        for days in (15, 80)
        for placed in [now - timedelta(days=days)]
    ]
    assert segment_customers(lines_of([*small_shop, *with_coupon]).lazy(), now)["hunter"] == "bargain-hunters"


def test_orders_without_a_date_or_in_the_end_not_bought_say_nothing(bought: Bought, now: datetime) -> None:
    orders = [bought("undated", None), bought("undated", None), bought("cancelled", 3, status="Cancelled")]
    assert segment_customers(lines_of(orders).lazy(), now) == {"undated": "unknown", "cancelled": "unknown"}


def test_nothing_later_is_seen(small_shop: list[Order], now: datetime) -> None:
    past = now - timedelta(days=200)
    seen = [order for order in small_shop if order.placed is not None and order.placed <= past]
    assert segment_customers(lines_of(small_shop).lazy(), past) == segment_customers(lines_of(seen).lazy(), past)


def test_quintiles_of_a_lively_shop_call_nobody_lost(bought: Bought, now: datetime) -> None:
    orders = [bought(f"c{n}", day) for n in range(100) for day in (n % 28, 30 + n % 28)]
    assert not {"lost", "hibernating", "at-risk"} & set(segment_customers(lines_of(orders).lazy(), now).values())


def test_quintiles_tell_the_frequent_from_the_silent(bought: Bought, now: datetime) -> None:
    frequent = [bought("often", days) for days in (5, 35, 65, 95, 125)]
    crowd = [bought(f"c{n}", 20 + 7 * n) for n in range(60)]
    named = segment_customers(lines_of([*frequent, *crowd]).lazy(), now)
    assert named["often"] == "champions"
    assert named["c59"] == "lost"
    assert named["c0"] == "new-customers"


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.none() | st.integers(0, 900), st.integers(0, 500), st.integers(1, 4)),
        max_size=40,
    )
)
@settings(max_examples=40, deadline=None)
def test_every_buyer_gets_one_known_segment(rows: list[tuple[str, int | None, int, int]]) -> None:
    as_of = datetime(2026, 11, 1, tzinfo=UTC)
    orders = [
        Order(
            id=str(n),
            customer_id=customer,
            lines=(OrderLine("tent", "Tent", quantity, Decimal(price)),),
            placed=None if days is None else as_of - timedelta(days=days),
        )
        for n, (customer, days, price, quantity) in enumerate(rows)
    ]
    named = segment_customers(lines_of(orders).lazy(), as_of)
    assert set(named) == {customer for customer, *_ in rows}
    assert set(named.values()) <= set(SEGMENTS)
    assert named == segment_customers(lines_of(reversed(orders)).lazy(), as_of)


def test_an_unknown_segment_is_refused_with_the_names() -> None:
    with pytest.raises(UserError, match=r"got 'vip', expected one of champions, .*unknown"):
        segment("vip")
    assert segment("at-risk").title["zh"] == "流失预警客户"
