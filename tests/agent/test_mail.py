"""The e-mailer's own logic: parts, judging, quoting, framing. The model is scripted; the checks are the real ones."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.mail.assembling import best, draft, message
from agent.mail.history import untrue_of_the_reader
from agent.mail.html import Frame, greeting, html, plain_text
from agent.mail.judging import Candidate, judge
from agent.mail.parts import PARTS, Occasion, PartName, ask_for, kind
from agent.mail.quoting import quotations
from agent.slots import open_slots
from core.generation import Finish, Generation, Sampling
from core.mail import EmailContext
from core.shop import Brand, Product, Variant
from retrieval.facts import product_facts

BRAND = Brand("Fen & Co", sender="Mia <Fen & Co>", postal_address="1 Mill Lane", words_to_avoid=("cheap",))
LAMP = Product(
    "LAMP-1",
    {"en": "Fen Reading Lamp"},
    attributes={"en": {"Material": "brass", "Weight": "900 g", "Wash": "by hand"}},
    price=Decimal("49"),
    currency="USD",
    variants=(Variant("a", {"colour": "red"}), Variant("b", {"colour": "blue"})),
)
SLOTS = ("first_name", "last_product", "product", "price")
GOOD: dict[PartName, str] = {
    "subject": "{first_name}, have you seen {product} yet?",
    "opening": "We hope your {last_product} is still doing fine.",
    "pitch": "We thought of you when {product} came in with {fact_1}.",
    "closing": "It is yours for {price}, and we would love to send it.",
    "button": "See the lamp",
}


def occasion(*slots: str) -> Occasion:
    told = {"campaign": "c", "goal": "say thank you", "product_id": "LAMP-1", "language": "en", "segment": "loyal"}
    more = {"sentiment": "positive", "price_band": "middle", "favourite_category": "home", "tone": "warm", "offer": ""}
    context = EmailContext(**told, **more, slots=slots or SLOTS)
    return Occasion(context, LAMP, product_facts(LAMP, "en"), quotations(LAMP, "en"), 0)


def made(text: str, finish: Finish = "stop") -> Generation:
    return Generation("k", 0, "email", "email/x@1#0", "m", None, Sampling(), text, finish, 0.1, 9)


@pytest.mark.parametrize("part", PARTS)
def test_a_good_part_passes_every_check(part: PartName) -> None:
    judged = judge(part, made(GOOD[part]), occasion(), BRAND)
    assert judged.passed, judged.failure


@pytest.mark.parametrize(
    ("part", "text", "check"),
    [
        ("opening", "We hope you are well and that the sun shines on you.", "slots"),
        ("pitch", "{product} has {fact_1} and {discount} for you to enjoy.", "slots"),
        ("closing", "It is yours for 39 dollars, and we would love to send it.", "numbers"),
        ("pitch", "{product} with {fact_1} is waterproof, so you can enjoy it.", "claims"),
        ("pitch", "{product} with {fact_1} fits your tractor, and you will love it.", "grounding"),
        ("opening", "We hope your {last_product} was cheap and is doing fine.", "words"),
        ("opening", "Our customer has a {last_product}, and we are glad of it.", "addressee"),
        ("opening", "我们希望您的{last_product}一切都好，期待再见到您。", "language"),
        ("opening", "Thank you for choosing {last_product} as your first order.", "history"),
        ("opening", "We love you, and your {last_product} was a fine choice.", "history"),
        ("subject", "{first_name}, you have a tablet!", "history"),
        ("subject", "Hi", "length"),
    ],
)
def test_a_bad_part_fails_the_check_that_names_it(part: PartName, text: str, check: str) -> None:
    judged = judge(part, made(text), occasion(), BRAND)
    assert check in [result.name for result in judged.checks if not result.ok]


def test_a_smartphone_may_be_called_a_phone() -> None:
    phone = replace(LAMP, name={"en": "Smartphone"})
    assert judge("button", made("See the phone"), replace(occasion(), product=phone), BRAND).passed
    assert not judge("button", made("See the phone"), occasion(), BRAND).passed


@pytest.mark.parametrize(
    "text",
    [
        "谢谢您常来，希望{last_product}您用得满意。",
        "有一阵子没见您了，{last_product}用得还好吗？有空来店里看看。",
        "{last_product}让您失望了，真的很抱歉，希望您再给我们一次机会。",
    ],
)
def test_a_chinese_letter_may_say_what_letters_say(text: str) -> None:
    english = occasion()
    chinese = replace(english, context=replace(english.context, language="zh"))
    assert judge("opening", made(text), chinese, BRAND).passed
    strange = judge("opening", made(text.rstrip("。") + "，送您一台拖拉机。"), chinese, BRAND)
    assert "grounding" in [result.name for result in strange.checks if not result.ok]


def test_years_together_are_told_only_to_those_who_were_there() -> None:
    text = "You have been with us for a long time, and your lamp was a fine choice."
    assert untrue_of_the_reader(text, "champions") == []
    assert untrue_of_the_reader(text, "unknown") == ["with us for a long time"]
    assert untrue_of_the_reader("You were not the first person to buy it.", "new-customers") == ["the first person to"]
    assert untrue_of_the_reader("It has been a long time since we heard from you.", "at-risk") == []
    assert untrue_of_the_reader("Thank you for your first order.", "new-customers") == []
    assert untrue_of_the_reader("我们是多年的老朋友了。", "unknown") == ["多年", "老朋友"]


def test_of_a_text_cut_short_only_whole_sentences_stay() -> None:
    text = "We hope your {last_product} is still doing fine. It has been a wh"
    judged = judge("opening", made(text, finish="length"), occasion(), BRAND)
    assert judged.text == "We hope your {last_product} is still doing fine."


def test_a_second_try_may_do_without_facts_and_history() -> None:
    text = "We think {product} may be just right for you."
    again = replace(made(text), inputs={"attempt": 1})
    assert not judge("pitch", made(text), occasion(), BRAND).passed
    assert judge("pitch", again, occasion(), BRAND).passed


def test_an_example_of_the_prompt_is_taken_only_where_nothing_else_passed() -> None:
    example = judge("closing", made("Have a look when you have a quiet minute."), occasion(), BRAND)
    own = judge("closing", made("Have a look whenever you like, we would love it."), occasion(), BRAND)
    assert example.passed
    assert best([example, own]) == own
    assert best([example]) == example


def test_a_slot_that_cannot_be_filled_is_not_asked_for() -> None:
    shown = ask_for("opening", occasion("first_name", "product"), 1).rendered.messages[-1].content
    assert "{last_product}" not in shown


def test_opposite_profiles_are_asked_for_differently() -> None:
    regular = ask_for("opening", occasion(), 1)
    quiet = Occasion(
        EmailContext("c", "say thank you", "LAMP-1", "en", "lost", "negative", "budget", "home", "warm", "", SLOTS),
        LAMP, product_facts(LAMP, "en"), quotations(LAMP, "en"), 0,
    )  # fmt: skip
    assert ask_for("opening", quiet, 1).rendered.messages != regular.rendered.messages
    assert quiet.facts == occasion().facts


def test_quotations_are_noun_phrases_of_what_can_be_said() -> None:
    assert [fact.value for fact in quotations(LAMP, "en")] == ["brass material", "a choice of colour"]
    assert quotations(Product("X", {"en": "X"}), "en") == ()


def test_what_sort_of_thing_it_is() -> None:
    assert kind(LAMP, "en") == "reading lamp"
    long = Product(
        "Y", {"en": "DB Longboards CoreFlex Crossbow 41 Bamboo Fiberglass"}, category=("Sports", "Longboards")
    )
    assert kind(long, "en") == "longboards"
    sleeved, measured = (
        replace(LAMP, name={"en": name}) for name in ("Merino 200 Long-Sleeve Top", "Ferris Hose Set 25 m")
    )
    assert kind(sleeved, "en") == "long-sleeve top"
    assert kind(measured, "en") == "hose set"


def chosen() -> dict[PartName, Candidate]:
    return {part: judge(part, made(GOOD[part]), occasion(), BRAND) for part in PARTS}


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_recipients_values_are_never_templates_and_never_markup(name: str, bought: str) -> None:
    written = message(chosen(), occasion(), repaired=False)
    slots = {"first_name": name, "last_product": bought, "product": "Lamp", "price": "$49.00"}
    mail = draft(written, occasion().context, "hash", "c-1", slots, "https://shop.example", BRAND)
    assert name in mail.subject
    assert bought in mail.body
    assert "<script" not in mail.html
    if not open_slots(name + bought):
        assert open_slots(mail.subject) == frozenset()


def test_the_frame_carries_what_law_asks_for() -> None:
    frame = Frame("Ann", "https://shop.example/l", BRAND, "en")
    text, page = plain_text("Body.", "Look", frame), html("S", "One.\n\nTwo.", "Look", frame)
    for shown in ("1 Mill Lane", "Unsubscribe", "{unsubscribe_url}", "Hi Ann,", "Written with the help of AI."):
        assert shown in text
        assert shown in page
    assert "Mia &lt;Fen &amp; Co&gt;" in page
    assert page.count("<p") >= 4
    assert greeting(Frame("", "", BRAND, "zh")) == "您好："
