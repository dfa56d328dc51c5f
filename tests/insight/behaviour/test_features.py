"""Features of customers whose doings are few enough to be counted by hand."""

from __future__ import annotations

from datetime import timedelta
from math import log

import polars as pl
import pytest

from insight.behaviour.features import FEATURES, customer_features
from insight.behaviour.records import Behaviour
from tests.insight.behaviour.toy import NOW, behaviour, event, line


def row(shop: Behaviour, customer: str) -> dict[str, float | None]:
    return customer_features(shop, NOW).filter(customer_id=customer).drop("customer_id").row(0, named=True)


def test_every_column_has_words_and_every_customer_with_a_trace_a_row() -> None:
    found = customer_features(behaviour([line("o", "ann", 3, "tent", 20)], [event("bob", "view", 1)]), NOW)
    assert found.columns == ["customer_id", *FEATURES]
    assert found["customer_id"].to_list() == ["ann", "bob"]
    assert all(found[column].dtype == pl.Float64 for column in FEATURES)


def test_a_shop_without_any_trace_has_no_rows() -> None:
    assert customer_features(behaviour(), NOW).shape == (0, 1 + len(FEATURES))


def test_what_was_bought_is_counted_in_windows_and_what_came_back_is_not() -> None:
    shop = behaviour(
        [
            line("a", "ann", 40, "tent", 20, quantity=2),
            line("a", "ann", 40, "mug", 5),
            line("b", "ann", 5, "tent", 20, total=15),
            line("c", "ann", 2, "rope", 30, status=" Returned"),
        ]
    )
    ann = row(shop, "ann")
    assert (ann["orders"], ann["orders_7d"], ann["orders_30d"], ann["orders_90d"]) == (2, 1, 1, 2)
    assert (ann["money"], ann["money_30d"], ann["order_value"], ann["pieces"]) == (60, 15, 30, 4)
    assert (ann["days_since_order"], ann["days_since_first_order"]) == (5, 40)
    assert ann["returned_share"] == ann["void_share"] == pytest.approx(1 / 3)


def test_rhythm_is_told_by_the_gaps() -> None:
    shop = behaviour([line(str(days), "ann", days, "tent", 20) for days in (70, 50, 20, 15)])
    ann = row(shop, "ann")
    assert ann["gap_mean"] == pytest.approx(55 / 3)
    assert ann["gap_variance"] == pytest.approx(((20 - 55 / 3) ** 2 + (30 - 55 / 3) ** 2 + (5 - 55 / 3) ** 2) / 2)
    assert ann["gap_last"] == pytest.approx(5)
    assert ann["gap_last_ratio"] == pytest.approx(15 / 55)
    assert ann["silence_ratio"] == pytest.approx(45 / 55)
    assert ann["orders_trend"] == 1


def test_variety_knows_categories_and_brands() -> None:
    lines = [
        line("a", "ann", 9, "tent", 20, quantity=2),
        line("a", "ann", 9, "tarp", 20),
        line("a", "ann", 9, "mug", 5),
    ]
    ann = row(behaviour(lines), "ann")
    assert (ann["products"], ann["categories"], ann["brands"]) == (3, 2, 2)
    assert ann["category_share"] == 0.75
    assert ann["category_entropy"] == pytest.approx(-0.75 * log(0.75) - 0.25 * log(0.25))
    assert ann["brand_share"] == pytest.approx(2 / 3)
    assert ann["repeat_share"] == 0.25


def test_prices_are_held_against_what_others_pay() -> None:
    dear = [line(f"d{n}", "dora", n, "tent", 40) for n in range(3)]
    cheap = [line("c", "carl", 1, "tent", 10)]
    shop = behaviour([*dear, *cheap])
    assert row(shop, "dora")["price_level"] == 0
    assert row(shop, "carl")["price_level"] == pytest.approx(log(1 / 4))
    assert (row(shop, "carl")["discount_share"], row(shop, "dora")["discount_share"]) == (1, 0)


def test_events_are_counted_by_kind_window_channel_and_visit() -> None:
    minute = 1 / 1440
    events = [
        event("ann", "view", 50, "tent"),
        event("ann", "view", 3, "tent"),
        event("ann", "cart", 3 - 20 * minute, "mug"),
        event("ann", "open", 2, channel="email"),
        event("ann", "click", 2 - minute, channel="email"),
    ]
    ann = row(behaviour(events=events), "ann")
    assert (ann["events"], ann["views"], ann["views_7d"], ann["carts_30d"]) == (5, 2, 1, 1)
    assert (ann["opens_email"], ann["clicks_email"], ann["opens_sms"]) == (1, 1, 0)
    assert (ann["visits"], ann["visits_30d"], ann["visit_events"], ann["products_seen"]) == (2, 1, 1.5, 2)
    assert (ann["orders"], ann["days_since_order"]) == (0, None)


def test_what_came_later_changes_nothing() -> None:
    lines, events = [line("a", "ann", 9, "tent", 20)], [event("ann", "view", 3, "tent")]
    later = behaviour([*lines, line("z", "ann", -1, "tent", 2)], [*events, event("bob", "view", -2)])
    assert customer_features(later, NOW).equals(customer_features(behaviour(lines, events), NOW))
    assert customer_features(later, NOW + timedelta(days=3)).height == 2
