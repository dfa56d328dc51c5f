"""Rules read by the grammar and answered on a shop of five customers; what is wrong is named with its place."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from insight.behaviour.records import PRODUCT_SCHEMA, Behaviour
from insight.segmenting.rules.answering import Asked, People
from insight.segmenting.rules.asking import ABOUT, CONSENTS
from insight.segmenting.rules.grammar import parse_rule
from insight.segmenting.rules.syntax import All, Compares, Either, Has, Not
from insight.segmenting.rules.written import read_rules, rule_named
from tests.insight.segmenting.toy import EVENTS, LINES

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
def asked() -> Asked:
    """ann bought a tent long ago, bob lately, cy a lamp; di cancelled; eve only looked. cy took the consent back."""
    lines = [
        ("1", "ann", ago(200), "delivered", 90.0, "T1", 1, 90.0),
        ("2", "ann", ago(120), "delivered", 20.0, "L1", 1, 20.0),
        ("3", "bob", ago(10), "delivered", 90.0, "T1", 1, 90.0),
        ("4", "cy", ago(100), "delivered", 20.0, "L1", 1, 20.0),
        ("5", "di", ago(5), "cancelled", 90.0, "T1", 1, 90.0),
        ("6", "cy", ago(-5), "delivered", 90.0, "T1", 1, 90.0),
    ]
    products = [("T1", "tents", "Acme", 90.0), ("L1", "camp lights", "Zeta", 20.0)]
    consents = [("ann", "email", True, ago(300)), ("bob", "email", True, ago(300))]
    consents += [("cy", "email", True, ago(300)), ("cy", "email", False, ago(1)), ("di", "email", False, ago(9))]
    about = [
        (one, "zh" if one == "eve" else "en", "loyal" if one == "ann" else None, None)
        for one in ("ann", "bob", "cy", "di", "eve")
    ]
    behaviour = Behaviour(
        pl.DataFrame(lines, LINES, orient="row").lazy(),
        pl.DataFrame([("eve", "view", ago(3), "T1", None, "app")], EVENTS, orient="row").lazy(),
        pl.DataFrame(products, PRODUCT_SCHEMA, orient="row"),
    )
    people = People(pl.DataFrame(about, ABOUT, orient="row"), pl.DataFrame(consents, CONSENTS, orient="row"))
    return Asked(people, behaviour, NOW)


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("category = tents", "ann bob"),
        ("category = tents and last_order > 90 days and consent(email)", "ann"),
        ("category = tents and not category = tents within 90 days", "ann"),
        ("CATEGORY = Tents AND NOT last_order <= 2 weeks", "ann"),
        ('category = "camp lights"', "ann cy"),
        ("category in (tents, 'camp lights')", "ann bob cy"),
        ("brand = acme or brand = zeta", "ann bob cy"),
        ("category = tents or category = 'camp lights' and orders >= 2", "ann bob"),
        ("(category = tents or category = 'camp lights') and orders >= 2", "ann"),
        ("consent(email)", "ann bob"),
        ("orders = 0", "di eve"),
        ("void_share > 0", "di"),
        ("seen_product = T1", "eve"),
        ("language = zh", "eve"),
        ("segment = loyal", "ann"),
        ("segment != loyal", "bob cy di eve"),
        ("money >= 110", "ann"),
        ("not last_order > 90 days", "bob di eve"),
    ],
)
def test_who_fits(asked: Asked, rule: str, who: str) -> None:
    found = asked.members(parse_rule(rule))
    assert " ".join(found) == who


def test_the_tree_is_as_the_grammar_says() -> None:
    assert parse_rule("orders > 1 or not orders > 2 and money < 3") == Either(
        (Compares("orders", ">", 1), All((Not(Compares("orders", ">", 2)), Compares("money", "<", 3))))
    )
    assert parse_rule("brand != 'A B' within 3 weeks") == Not(Has("brand", ("A B",), 21))


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("categry = tents", "rule field: got 'categry', expected one of category, brand, product"),
        ("categry = tents", "did you mean category"),
        (
            "category = tent",
            "rule category: got 'tent', expected one of the shop's: camp lights, tents; did you mean tents?",
        ),
        ("category tents", "rule: got 'tents', expected =, !=, <, <=, >, >= or in at character 10"),
        ("category > tents", "expected = or != after category"),
        ("last_order > soon", "rule: got 'soon', expected a number at character 14"),
        ("last_order > 90 dayz", "expected days, weeks, months or years at character 17; did you mean day?"),
        ("orders in (1, 2)", "expected a comparison, for orders is a number"),
        ("(orders > 1", "rule: got 'the end', expected ) at character 12"),
        ("orders > 1 money > 2", "rule: got 'money', expected days, weeks"),
        ("", "rule: got 'the end', expected a field"),
        ("category = 'tents", "expected a word, a number or a sign at character 11"),
        ("segment = kings", "rule segment: got 'kings', expected one of the shop's: at-risk"),
        ("consent email", "rule: got 'email', expected ( at character 9"),
        ("(" * 60 + "orders > 1", "at most 50 brackets"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(asked: Asked, rule: str, told: str) -> None:
    with pytest.raises(UserError) as caught:
        asked.members(parse_rule(rule))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(alphabet="abcdefghij orders>=<!()'\"0123456789,.-_", max_size=60))
def test_no_text_does_more_than_parse_or_fail(text: str) -> None:
    with suppress(UserError):
        parse_rule(text)


def test_rules_are_kept_by_name_in_a_file(asked: Asked, tmp_path: Path) -> None:
    path = tmp_path / "segments.yaml"
    path.write_text(
        "quiet-campers: category = tents and last_order > 90 days\n"
        "some:\n  any: [orders >= 2, language = zh]\n  none: [segment = loyal]\n  angle: {en: Say hello.}\n"
    )
    assert asked.members(rule_named("quiet-campers", path)) == ["ann"]
    assert asked.members(rule_named("some", path)) == ["eve"]
    assert read_rules(path)["some"].angle == {"en": "Say hello."}
    with pytest.raises(UserError, match="did you mean quiet-campers"):
        rule_named("quiet-camper", path)
    path.write_text("odd: {rool: orders > 1}\n")
    with pytest.raises(UserError, match="rule, all, any or none"):
        read_rules(path)
    assert read_rules(tmp_path / "none.yaml") == {}
