from hypothesis import given
from hypothesis import strategies as st

from agent.slots import fill, open_slots, without_slots


def test_values_are_never_templates() -> None:
    assert fill("{a} and {b}", {"a": "{b}", "b": "two"}) == "{b} and two"


def test_format_syntax_means_nothing() -> None:
    text = "{a.b} {0} {a!r} {A}"
    assert fill(text, {"a": "x"}) == text
    assert open_slots(text) == frozenset()


@given(st.text(), st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), st.text()))
def test_only_named_slots_change(text: str, values: dict[str, str]) -> None:
    known = {name: value for name, value in values.items() if name not in open_slots(text)}
    assert fill(text, known) == text


@given(st.text(alphabet="abc {}_1"))
def test_without_slots_has_none(text: str) -> None:
    assert not open_slots(without_slots(text).replace("{", ""))
