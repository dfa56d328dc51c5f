import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.channels import channel, channels
from agent.checks.limits import sms_parts, width
from core.errors import UserError

NAMES = ["google-rsa", "google-pmax", "meta-feed", "wechat-article", "xiaohongshu", "douyin", "sms", "email"]


def test_the_contract_names_these_channels() -> None:
    assert list(channels()) == NAMES


def test_unknown_channel_is_one_line_with_the_names() -> None:
    with pytest.raises(UserError, match=r"--channel: got 'fax', expected one of google-rsa, .*email"):
        channel("fax")


@pytest.mark.parametrize(
    ("name", "part", "fits", "too_long"),
    [
        ("google-rsa", "headline", "a" * 30, "a" * 31),
        ("google-rsa", "headline", "字" * 15, "字" * 16),
        ("google-rsa", "description", "a" * 90, "a" * 91),
        ("meta-feed", "description", "a" * 30, "a" * 31),
        ("xiaohongshu", "title", "字" * 20, "字" * 21),
        ("sms", "text", "a" * 160, "a" * 161),
        ("sms", "text", "字" * 70, "字" * 71),
        ("wechat-article", "title", "字" * 32, "字" * 33),
    ],
)
def test_limits(name: str, part: str, fits: str, too_long: str) -> None:
    assert channel(name).part(part).overlong(fits) == ""
    assert channel(name).part(part).overlong(too_long)


def test_sms_parts_by_alphabet() -> None:
    assert [sms_parts("a" * n) for n in (0, 160, 161, 306, 307)] == [0, 1, 2, 2, 3]
    assert [sms_parts("字" * n) for n in (70, 71, 134, 135)] == [1, 2, 2, 3]
    assert sms_parts("€" * 80) == 1
    assert sms_parts("€" * 81) == 2


@given(st.text())
def test_double_width_is_never_less(text: str) -> None:
    assert len(text) <= width(text, True) <= 2 * len(text)


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_longer_message_never_takes_fewer_parts(one: str, two: str) -> None:
    assert sms_parts(one + two) >= sms_parts(one)
