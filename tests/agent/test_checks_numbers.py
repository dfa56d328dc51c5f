import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.checks.numbers import unlicensed_numbers


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("Back within two weeks", ["returns within 2 weeks"]),
        ("一百二十天质保", ["120 days"]),
        ("Only $79.00", ["79.00"]),
        ("All 43 unique pieces", ["43 interlocking pieces"]),
        ("A 3D puzzle", ["3D crystal"]),
        ("ages three to five", ["3-5 years"]),
        ("1,200 beads", ["1200 beads"]),
        ("三折叠，十分可爱，四季可用", ["3折"]),
        ("15-inch plush", ['15" plush']),
        ("This one is for you", []),
    ],
)
def test_licensed(text: str, licence: list[str]) -> None:
    assert unlicensed_numbers(text, licence, "en") == []


@pytest.mark.parametrize(
    ("text", "licence", "wrong"),
    [
        ("30 months", ["30 days"], ["30 months"]),
        ("20% off", ["20 pieces"], ["20%"]),
        ("$43", ["43 pieces"], ["$43"]),
        ("half price", [], ["half"]),
        ("One piece puzzle", ["1000 piece puzzle"], ["One piece"]),
        ("八折", ["8 pieces"], ["八折"]),
        ("百分之三十", ["30 pieces"], ["百分之三十"]),
        ("SPF50 cream", ["SPF30 cream"], ["spf50"]),
        ("一年质保", [], ["一年"]),
    ],
)
def test_unlicensed(text: str, licence: list[str], wrong: list[str]) -> None:
    assert [found.lower() for found in unlicensed_numbers(text, licence, "en")] == [one.lower() for one in wrong]


@given(st.integers(min_value=2, max_value=10**6), st.integers(min_value=2, max_value=10**6))
def test_a_number_licenses_itself_alone(stated: int, known: int) -> None:
    assert bool(unlicensed_numbers(f"with {stated} beads", [f"{known} beads"], "en")) == (stated != known)


@given(st.text(max_size=60))
def test_a_text_licenses_itself(text: str) -> None:
    assert unlicensed_numbers(text, [text], "en") == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("For ages 2 to 13", ["2 to 13"]),
        ("For ages 2-6", []),
        ("From 0 to 13 years", []),
        ("2 or 13 years", []),
        ("2到13岁", ["2 to 13"]),
        ("Call 1-800-555-1234", []),
    ],
)
def test_a_range_is_one_number(text: str, wrong: list[str]) -> None:
    licence = ["Perfect for ages 2 to 6", "Recommended age: 0-13 years", "Call 1-800-555-1234"]
    assert unlicensed_numbers(text, licence, "en") == wrong


def test_a_range_behind_a_comma_is_a_range() -> None:
    assert unlicensed_numbers("5 到 8 个工作日送达", ["收费 9 英镑，5 到 8 个工作日送达"], "zh") == []
    assert unlicensed_numbers("It takes 5 to 8 days.", ["Small parcels, 5 to 8 days"], "en") == []
    assert unlicensed_numbers("It takes 5 to 8 days.", ["In 2,5 to 8 days"], "en") != []
