"""Personal data is found by its patterns and check digits, refused or redacted; the shop's own contact is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.generation import Message
from core.shop import Brand
from finetune.corpus import CORPORA, read_corpus
from finetune.data.chinese_recognisers import check_digit, luhn
from finetune.data.clearing import cleared
from finetune.data.findings import Place
from finetune.data.personal_data import find, own_contacts, redact
from finetune.data.sourced import Sourced
from finetune.examples import Example, examples

INVENTED = {"ben.cooper@mail.example"}
"""whom a stranger asks about in our corpora, to be refused"""


def row(answer: str, asked: str = "Who are you?") -> Sourced:
    example = Example("a/1", "support", "en", "a/g", (Message("user", asked),), "", "", answer)
    return Sourced(example, Place("a.jsonl", 1), "chat")


@pytest.mark.parametrize(
    ("text", "kind", "held"),
    [
        ("write to ann.lee@mail.com today", "email", "ann.lee@mail.com"),
        ("call +44 20 7946 0958 now", "phone", "+44 20 7946 0958"),
        ("her number is (212) 555-0123", "phone", "(212) 555-0123"),
        ("call me on 2125550123", "phone", "2125550123"),
        ("card 4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("pay GB29 NWBK 6016 1331 9268 19", "iban", "GB29 NWBK 6016 1331 9268 19"),
        ("came from 192.168.1.20", "ip", "192.168.1.20"),
        ("ssn 536-90-4399", "ssn", "536-90-4399"),
        ("see https://bob:secret@host.org/x", "login", "https://bob:secret@host.org"),
        ("我的手机是13812345678", "phone", "13812345678"),
        ("电话010-62345678", "phone", "010-62345678"),
        ("身份证11010519491231002X", "id-card", "11010519491231002X"),
        ("卡号6222021234567890128", "card", "6222021234567890128"),
        ("住在深圳市南山区科技园路12号3栋502室", "address", "科技园路12号3栋502室"),
        ("加微信：hawker_88", "wechat", "微信：hawker_88"),
        ("QQ：12345678", "qq", "QQ：12345678"),
    ],
)
def test_each_kind_is_found_and_its_place_taken(text: str, kind: str, held: str) -> None:
    found = find(text)
    assert [one.kind for one in found] == [kind]
    assert held in text[found[0].start : found[0].end]
    assert held not in redact(text, found)
    assert f"<{kind}>" in redact(text, found)
    assert held not in found[0].masked


@pytest.mark.parametrize(
    "text",
    [
        "It weighs 310 g, measures 58 x 42 cm and came out on 2026-11-22.",
        "Order 4006381333931 left at 12:30, ISBN 978-3-16-148410-0.",
        "身份证号码是110105194912310021吗",
        "卡号6222021234567890120不对",
        "坐地铁路线2号线，家里有2号电池。",
        "容量 1000 毫升，编号 2026112200，价格 {price}",
        "Use code SPRING-2026 for 12,000 points.",
    ],
)
def test_numbers_of_the_trade_are_nobodys(text: str) -> None:
    assert find(text) == []


def test_the_shops_own_contact_may_be_learned_and_another_may_not() -> None:
    own = own_contacts(Brand(name="Fern", support_contact="hello@fern.org or +44 20 7946 0958"))
    assert find("write to hello@fern.org or call +44 (20) 7946-0958", own) == []
    assert [one.kind for one in find("write to ann@fern.org", own)] == ["email"]


def test_refusing_names_line_field_and_kind_and_not_the_value() -> None:
    clean = cleared([row("Ask ann@mail.com"), row("Ask me")], "", "refuse")
    (problem,) = clean.problems
    assert str(problem).startswith("a.jsonl line 1: answer: holds personal data: email an")
    assert "ann@mail.com" not in str(problem)
    assert [one.example.answer for one in clean.rows] == ["Ask me"]


def test_redacting_keeps_the_row_and_counts() -> None:
    clean = cleared([row("Ask ann@mail.com", "Is it ann@mail.com or 13812345678?")], "", "redact")
    (kept,) = clean.rows
    assert (kept.example.answer, kept.example.messages[0].content) == ("Ask <email>", "Is it <email> or <phone>?")
    assert dict(clean.redacted) == {"email": 2, "phone": 1}
    assert clean.problems == ()


def test_our_own_corpora_hold_nobodys_data() -> None:
    held = set()
    for folder in sorted(path for path in CORPORA.iterdir() if path.is_dir()):
        shop = read_corpus(folder)
        contacts = own_contacts(shop.brand)
        texts = {text for one in examples(shop) for text in (one.answer, *(turn.content for turn in one.messages))}
        held |= {text[one.start : one.end] for text in texts for one in find(text, contacts)}
    assert held == INVENTED


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="0123456789", min_size=17, max_size=17), st.integers(0, 16))
def test_a_wrong_digit_of_an_identity_card_is_seen(first: str, at: int) -> None:
    other = first[:at] + str((int(first[at]) + 1) % 10) + first[at + 1 :]
    assert check_digit(first) != check_digit(other)


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="0123456789", min_size=15, max_size=18))
def test_one_last_digit_of_ten_is_right(first: str) -> None:
    assert sum(luhn(f"{first}{last}") for last in range(10)) == 1


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40), st.text(max_size=40))
def test_an_address_is_taken_out_whatever_stands_around_it(before: str, after: str) -> None:
    text = f"{before} ann@mail.com {after}"
    assert "ann@mail.com" not in redact(text, find(text))


def test_nothing_is_fetched_to_judge_an_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("asked the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("TLDEXTRACT_CACHE", str(tmp_path))
    assert [one.kind for one in find("ann@no-such-place.zz")] == ["email"]
