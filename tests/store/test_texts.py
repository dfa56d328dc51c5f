"""Conversations, generations, drafts, outcomes: what was said comes back, once, and in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.customer import Customer
from core.errors import NotFound
from core.facts import CheckResult, Citation, Conditioning
from core.generation import Generation, Sampling
from core.mail import EmailDraft
from core.support import SupportAnswer, SupportQuestion
from store.conversations import HandedOver, Turn
from store.opening import Store
from store.outcomes import Outcome

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KNOWN = Conditioning("loyal", "positive", "shipping", "en")
COPY = Generation(
    key="k1",
    index=0,
    task="copy",
    prompt="copy/ad@1#0f3a9c21",
    model="smollm2-135m",
    adapter=None,
    sampling=Sampling(temperature=0.7, stop=("\n\n",)),
    text="Sleep dry. 睡得干爽。",
    finish="stop",
    seconds=0.5,
    new_tokens=9,
    inputs={"product_id": "P1", "segment": "loyal", "facts": ["79.00"]},
    sources=("product:P1",),
    created=NOON,
)
DRAFT = EmailDraft(
    "spring", "c1", "h1", "Ann, hello", "Dear Ann", "<p>Dear Ann", {"first_name": "Ann"}, KNOWN, (), "k1", NOON
)


def _answer(text: str) -> SupportAnswer:
    cited = (Citation("document:shipping", "3 days"), Citation("document:shipping", "by post"))
    return SupportAnswer(text, "answer", "found", cited, KNOWN, (CheckResult("numbers", True),), "", "p", "m", 1.0, 0.4)


def test_turns_come_back_in_order_and_the_last_ones_only(store: Store) -> None:
    talk = store.conversations.start(None, "en")
    for number in range(4):
        store.conversations.add_turn(talk, SupportQuestion(f"q{number}"), _answer(f"a{number}"))
    assert store.conversations.turns(talk, last=2) == [
        Turn("q2", "a2", "answer", ("document:shipping",)),
        Turn("q3", "a3", "answer", ("document:shipping",)),
    ]
    assert store.conversations.turns("unknown") == []


def test_questions_that_went_to_a_person_are_listed(store: Store) -> None:
    talk = store.conversations.start(None, "zh")
    store.conversations.add_turn(
        talk, SupportQuestion("有皮划艇吗"), replace(_answer(""), action="handoff", reason="not known")
    )
    store.conversations.add_turn(talk, SupportQuestion("q"), _answer("a"))
    (only,) = store.conversations.handed_over()
    assert only == HandedOver(f"{talk}/1", "有皮划艇吗", "zh", only.at, "not known")
    assert store.conversations.handed_over(since=only.at) == []


def test_a_conversation_knows_whose_it_is(store: Store) -> None:
    store.customers.put([Customer("c1")])
    talk = store.conversations.start("c1", "zh")
    assert store.conversations.get(talk).customer_id == "c1"
    assert store.conversations.get(talk).language == "zh"
    with pytest.raises(NotFound, match="nobody"):
        store.conversations.start("nobody", "en")
    with pytest.raises(NotFound):
        store.conversations.get("unknown")
    with pytest.raises(NotFound):
        store.conversations.add_turn("unknown", SupportQuestion("q"), _answer("a"))


def test_turns_added_at_once_all_find_a_place(store: Store) -> None:
    talk = store.conversations.start(None, "en")
    with ThreadPoolExecutor(4) as pool:
        added = [
            pool.submit(store.conversations.add_turn, talk, SupportQuestion(f"q{number}"), _answer("a"))
            for number in range(20)
        ]
    assert all(one.exception() is None for one in added)
    assert {turn.question for turn in store.conversations.turns(talk, last=50)} == {f"q{n}" for n in range(20)}


def test_a_generation_is_found_by_its_key_and_kept_as_it_first_was(store: Store) -> None:
    second = replace(COPY, index=1, text="another")
    store.generations.add([second, COPY])
    store.generations.add([replace(COPY, text="changed")])
    assert store.generations.find("k1") == [COPY, second]
    assert store.generations.find("k2") == []
    assert store.generations.count() == 2


def test_a_verdict_is_kept_with_its_checks(store: Store) -> None:
    store.generations.add([COPY])
    checks = (CheckResult("limits", False, "31 of 30 characters"),)
    store.generations.mark("k1", 0, accepted=False, checks=checks)
    assert store.generations.find("k1") == [replace(COPY, accepted=False, checks=checks)]
    with pytest.raises(NotFound):
        store.generations.mark("k1", 7, accepted=True, checks=())


def test_the_best_copy_is_accepted_fitting_and_earned_most(store: Store) -> None:
    store.customers.put([Customer("c1")])
    accepted = replace(COPY, accepted=True)
    store.generations.add(
        [
            replace(accepted, key="plain", created=NOON.replace(day=2)),
            replace(accepted, key="earner"),
            replace(COPY, key="unjudged"),
            replace(accepted, key="personal", customer_id="c1"),
            replace(accepted, key="other product", inputs={"product_id": "P2", "segment": "loyal"}),
        ]
    )
    click = Outcome("1", "click", NOON, generation_key="earner", campaign="spring")
    store.outcomes.add([click])
    store.outcomes.add([click])
    assert store.outcomes.of("spring") == [click]
    assert [found.key for found in store.generations.best("copy", "P1", "loyal", 5)] == ["earner", "plain"]
    assert len(store.generations.best("copy", None, None, 5)) == 3
    assert store.generations.best("email", None, None, 5) == []


def test_a_second_draft_for_the_same_person_changes_nothing(store: Store) -> None:
    store.customers.put([Customer("c1"), Customer("c2")])
    store.drafts.put([DRAFT])
    store.drafts.put([replace(DRAFT, subject="again"), replace(DRAFT, customer_id="c2")])
    assert store.drafts.get("spring", "c1") == DRAFT
    assert store.drafts.get("autumn", "c1") is None
    assert [draft.customer_id for draft in store.drafts.of("spring")] == ["c1", "c2"]
    assert store.drafts.customer_ids("spring") == {"c1", "c2"}
    with pytest.raises(NotFound, match="nobody"):
        store.drafts.put([replace(DRAFT, customer_id="nobody")])


def test_drafts_of_a_large_campaign_are_read_in_pages(store: Store) -> None:
    ids = [f"c{number:04}" for number in range(1100)]
    store.customers.put([Customer(one) for one in ids])
    store.drafts.put([replace(DRAFT, customer_id=one) for one in ids])
    assert [draft.customer_id for draft in store.drafts.of("spring")] == ids
