"""The simulated part of the demo shop: the same every time, and driven by the truth that it hides."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from random import Random

import polars
import pytest

from core.customer import Order
from core.errors import UserError
from shop.demo.__main__ import main
from shop.demo.behaviours import behaviours
from shop.demo.buying import buy
from shop.demo.catalogue import demo_products, home_category
from shop.demo.folder import TRUTH, write_demo
from shop.demo.orders import product_named
from shop.demo.reviewing import group_of, sentence_bank, write_review
from shop.demo.seasons import months, price_cut, sale_on
from shop.demo.simulate import DAYS, DEMO_CUSTOMER, DEMO_CUSTOMER_ZH, DEMO_ORDER, DEMO_ORDER_ZH, END, DemoShop, simulate
from shop.demo.traits import draw_traits


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return simulate()


def categories_bought(orders: list[Order]) -> Counter[str]:
    return Counter(home_category(product_named(line.product_id)) for order in orders for line in order.lines)


def test_counts(shop: DemoShop) -> None:
    assert len(shop.customers) == len(shop.truth) == 2000
    assert 4000 <= len(shop.orders) <= 7000
    assert 50_000 <= len(shop.events) <= 120_000
    assert len(shop.reviews) >= 1000
    for things in (shop.customers, shop.orders, shop.reviews):
        assert len({thing.id for thing in things}) == len(things)
    assert len(set(shop.events)) == len(shop.events)
    assert len({customer.email for customer in shop.customers}) == 2000


def test_same_seed_same_shop() -> None:
    assert simulate(3, 40) == simulate(3, 40)
    assert simulate(3, 40) != simulate(4, 40)


def test_a_customer_stays_the_same_among_more() -> None:
    few, many = simulate(3, 20), simulate(3, 40)
    assert many.customers[:20] == few.customers
    assert many.truth[:20] == few.truth


def test_the_truth_stays_out_of_the_tables(shop: DemoShop) -> None:
    secrets = {truth.segment for truth in shop.truth}
    for customer in shop.customers:
        assert not secrets & set(customer.attributes.values())


def test_everything_happens_within_eighteen_months(shop: DemoShop) -> None:
    first = END - timedelta(days=DAYS)
    for moment in [order.placed for order in shop.orders] + [event.at for event in shop.events]:
        assert moment is not None
        assert moment.utcoffset() == timedelta(0)
        assert first <= moment.date() <= END
    assert all(review.at is not None and review.at.date() <= END for review in shop.reviews)


def test_languages_and_consents(shop: DemoShop) -> None:
    chinese = sum(customer.language == "zh" for customer in shop.customers) / 2000
    assert 0.2 <= chinese <= 0.3
    said = [customer.consents_to("email") for customer in shop.customers]
    assert sum(consent is None for consent in said) >= 200
    assert sum(consent is not None and consent.granted for consent in said) >= 1000
    withdrawn = [
        customer for customer in shop.customers if len([c for c in customer.consents if c.channel == "email"]) > 1
    ]
    assert len(withdrawn) >= 50
    assert not any(consent.granted for customer in withdrawn if (consent := customer.consents_to("email")))


def test_segments_show_in_what_is_bought(shop: DemoShop) -> None:
    segment = {truth.customer_id: truth.segment for truth in shop.truth}
    orders: defaultdict[str, list[Order]] = defaultdict(list)
    for order in shop.orders:
        orders[segment[order.customer_id]].append(order)
    bought = {name: categories_bought(theirs) for name, theirs in orders.items()}
    share = {name: counter["climbing"] / counter.total() for name, counter in bought.items()}
    assert share["climber"] > 0.4
    assert all(value < 0.05 for name, value in share.items() if name != "climber")
    assert bought["family"].most_common(1)[0][0] == "kids"
    assert bought["cyclist"].most_common(1)[0][0] == "cycling"
    assert bought["day-walker"].most_common(1)[0][0] == "footwear"


def test_favourites_are_bought_more_than_chance(shop: DemoShop) -> None:
    favourites = {truth.customer_id: set(truth.favourites) for truth in shop.truth}
    hits = [line.product_id in favourites[order.customer_id] for order in shop.orders for line in order.lines]
    assert sum(hits) / len(hits) > 3 * 10 / 60


def test_bargain_hunters_wait_for_sales(shop: DemoShop) -> None:
    segment = {truth.customer_id: truth.segment for truth in shop.truth}
    in_sale: defaultdict[str, list[bool]] = defaultdict(list)
    for order in shop.orders:
        assert order.placed is not None
        in_sale[segment[order.customer_id]].append(sale_on(order.placed.date()) is not None)
    share = {name: sum(marks) / len(marks) for name, marks in in_sale.items()}
    assert share["bargain-hunter"] > 1.4 * share["ultralight-hiker"]


def test_seasons_show_in_what_is_bought(shop: DemoShop) -> None:
    by_month = defaultdict(list)
    for order in shop.orders:
        assert order.placed is not None
        by_month[order.placed.month].append(order)
    summer, winter = categories_bought(by_month[6] + by_month[7]), categories_bought(by_month[12] + by_month[1])
    assert summer["tents"] / summer.total() > 2 * winter["tents"] / winter.total()
    assert winter["jackets"] / winter.total() > 2 * summer["jackets"] / summer.total()


def test_who_turned_away_stops(shop: DemoShop) -> None:
    gone = {truth.customer_id: truth.dropout for truth in shop.truth if truth.dropout}
    assert 300 <= len(gone) <= 900
    assert all((truth.dropout is None) == truth.alive for truth in shop.truth)
    for order in shop.orders:
        assert order.placed is not None
        assert order.customer_id not in gone or order.placed <= gone[order.customer_id]
    looked_after = [
        e for e in shop.events if e.customer_id in gone and e.at > gone[e.customer_id] and e.channel != "email"
    ]
    assert looked_after == []


def test_orders_come_at_the_true_rate() -> None:
    """Ten years of customers who never turn away: the purchase rate of the truth is the rate of their orders."""
    start, years = simulate(1, 2).events[0].at, 10
    end = start + timedelta(days=365 * years)
    due = orders = 0.0
    for number in range(150):
        traits = dataclasses.replace(
            draw_traits(5, f"C-{number}", start, end), joined=start - timedelta(days=1), dropout=0.0
        )
        due += traits.orders_a_year * years
        orders += len(buy(traits, Random(number), start, end).purchases)
    assert orders == pytest.approx(due, rel=0.06)


def test_newsletter_goes_only_where_it_may(shop: DemoShop) -> None:
    consents = {customer.id: customer.consents for customer in shop.customers}
    opened = [event for event in shop.events if event.kind == "open"]
    assert len(opened) > 3000
    for event in opened:
        before = [c for c in consents[event.customer_id] if c.channel == "email" and c.at <= event.at]
        assert any(consent.granted for consent in before)


def test_known_customers_have_an_order_on_its_way(shop: DemoShop) -> None:
    orders = {order.id: order for order in shop.orders}
    customers = {customer.id: customer for customer in shop.customers}
    for customer_id, order_id, language in ((DEMO_CUSTOMER, DEMO_ORDER, "en"), (DEMO_CUSTOMER_ZH, DEMO_ORDER_ZH, "zh")):
        order, customer = orders[order_id], customers[customer_id]
        assert order.customer_id == customer_id
        assert customer.language == language
        assert order.status == "shipped"
        assert order.tracking
        assert order.placed is not None
        assert (END - order.placed.date()).days <= 7
        consent = customer.consents_to("email")
        assert consent is not None
        assert consent.granted
        theirs = [one.placed for one in shop.orders if one.customer_id == customer_id and one.placed]
        assert max(theirs) == order.placed
        assert len(theirs) >= 2


def test_prices_paid_are_the_catalogues_less_the_sale(shop: DemoShop) -> None:
    for order in shop.orders[:500]:
        assert order.placed is not None
        assert order.total is not None
        for line in order.lines:
            product = product_named(line.product_id)
            full = {variant.price for variant in product.variants} | {product.price}
            cut = price_cut(order.placed.date(), home_category(product))
            assert any(price is not None and line.price == price * (100 - cut) / 100 for price in full)
        assert order.total >= sum((line.price or 0) * line.quantity for line in order.lines)


def test_nothing_is_sent_where_it_may_not_go(shop: DemoShop) -> None:
    china = {customer.id for customer in shop.customers if customer.attributes["country"] == "CN"}
    assert not [
        order.id
        for order in shop.orders
        if order.customer_id in china and any(line.product_id == "LIGHT-3" for line in order.lines)
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_reviews_say_what_their_rating_says(language: str) -> None:
    bank = sentence_bank()[language]
    for product in demo_products():
        about = bank["groups"][group_of(product.id)]
        for rating in range(1, 6):
            text = write_review(product.id, product.named(language), rating, language, Random(f"{product.id}/{rating}"))
            praised = any(sentence in text for sentence in about["positive"])
            blamed = any(sentence in text for sentence in about["negative"])
            assert (praised, blamed) == (rating >= 3, rating <= 3)
            assert "{" not in text


def test_reviews_vary(shop: DemoShop) -> None:
    texts = Counter(review.text for review in shop.reviews)
    assert len(texts) > 0.8 * len(shop.reviews)
    assert {review.language for review in shop.reviews} == {"en", "zh"}


def test_shares_and_seasons_are_well_formed() -> None:
    assert sum(kind.share for kind in behaviours().values()) == pytest.approx(1)
    products, homes = (
        {product.id for product in demo_products()},
        {home_category(product) for product in demo_products()},
    )
    assert set(months()) == homes
    for kind in behaviours().values():
        assert kind.likes <= products
        assert set(kind.categories) <= homes
    assert sale_on(date(2026, 1, 5)) is not None
    assert sale_on(date(2026, 1, 11)) is None


def test_too_few_customers_is_a_users_mistake() -> None:
    with pytest.raises(UserError, match="customers: got '1', expected 2 or more"):
        simulate(customers=1)


def test_folder_holds_the_layout(tmp_path: Path) -> None:
    shop = write_demo(tmp_path, simulate(3, 30))
    tables = {"customers.jsonl", "orders.jsonl", "reviews.jsonl", "events.parquet", TRUTH}
    assert {file.name for file in tmp_path.iterdir()} == tables | {"BRAND.yaml", "products.jsonl", "knowledge"}
    rows = [json.loads(line) for line in (tmp_path / "orders.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == [order.id for order in shop.orders]
    assert polars.read_parquet(tmp_path / "events.parquet").height == len(shop.events)
    assert len((tmp_path / TRUTH).read_text(encoding="utf-8").splitlines()) == 30


def test_command_names_its_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    assert main([]) == 2
    assert main([str(file)]) == 2
    assert capsys.readouterr().err.count("\n") == 2
