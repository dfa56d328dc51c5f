import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.copy import Brief
from core.errors import UserError
from core.facts import CheckResult, Conditioning
from core.language import in_language
from core.money import money
from core.plain import plain

LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False)
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(TREES)
def test_everything_plain_is_json(tree: object) -> None:
    json.dumps(plain(tree))


def test_dataclasses_times_and_money_become_plain() -> None:
    assert plain(CheckResult("limits", True)) == {"name": "limits", "ok": True, "detail": ""}
    assert plain(Brief(keywords=("a",)))["keywords"] == ["a"]
    assert plain(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00+00:00"
    assert plain({"price": Decimal("79.90")}) == {"price": "79.90"}
    assert plain(Conditioning(segment="loyal"))["segment"] == "loyal"


def test_what_has_no_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no plain form"):
        plain(object())


def test_money_as_customers_read_it() -> None:
    assert money(Decimal("1234.5"), "USD") == "$1,234.50"
    assert money(Decimal("1200"), "JPY") == "¥1,200"
    assert money(Decimal("79"), None) == "79.00"
    assert money(None, "USD") == ""


def test_a_text_is_found_in_the_next_best_language() -> None:
    assert in_language({"en": "tent", "zh": "帐篷"}, "zh") == "帐篷"
    assert in_language({"en": "tent"}, "zh") == "tent"
    assert in_language({"zh": "帐篷"}, "en") == "帐篷"
    assert in_language({}, "en") is None


@given(st.text(), st.text())
def test_a_users_mistake_is_always_one_short_line(field: str, value: str) -> None:
    line = str(UserError("field", value, "a thing", "mend it"))
    assert "\n" not in line
    assert "\r" not in line
    assert len(line) < 200
