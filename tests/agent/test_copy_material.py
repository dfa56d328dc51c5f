from decimal import Decimal

from agent.copy.material import gather, price_text
from agent.copy.naming import short_name
from agent.copy.phrases import phrases
from core.copy import Brief
from core.shop import Brand, Product

PUPPET = Product(
    id="P1",
    name={"en": 'Folk Standing Bear Hand Puppet, 15", Brown, Model FP-12'},
    description={"en": "SOFT PAWS: Soft plush paws to play with\nMeasures 15 x 7 inches\nMakes every story come alive"},
    category=("Toys & Games", "Hand Puppets"),
    price=Decimal("52.19"),
    currency="USD",
)


def test_short_names_only_leave_words_out() -> None:
    assert short_name(PUPPET.named("en")) == "Folk Standing Bear Hand Puppet"
    assert short_name("Toy - Hello Kitty Plane") == "Hello Kitty Plane"
    long = "Acme " + "Wonder " * 30
    assert len(short_name(long)) <= 56
    assert long.startswith(short_name(long))


def test_phrases_have_no_labels_and_no_dimensions() -> None:
    found = phrases(PUPPET, (), "en")
    assert found[0] == "Soft plush paws to play with"
    assert not any("inches" in phrase for phrase in found)


def test_a_product_of_nothing_but_a_name_still_has_a_phrase() -> None:
    assert phrases(Product(id="X", name={"en": "Widget"}), (), "en") == ("Widget",)


def test_english_facts_give_chinese_keywords() -> None:
    assert phrases(PUPPET, (), "zh")[0].startswith("小熊、手偶")


def test_the_brief_comes_first_and_licenses() -> None:
    brief = Brief(offer="20% off", must_say=("Play today",), must_not_say=("toy",))
    material = gather(PUPPET, Brand(name="Bearshop", words_to_avoid=("cheap",)), brief, "en")
    assert material.phrases[0] == "Play today"
    assert material.slots["offer"] == "20% off"
    assert "20% off" in material.licence
    assert material.must_not_say == ("toy", "cheap")


def test_a_product_without_price_has_no_such_slot() -> None:
    bare = Product(id="X", name={"en": "Widget"})
    assert "price" not in gather(bare, None, Brief(), "en").slots
    assert gather(PUPPET, None, Brief(), "en").slots["price"] == "$52.19"


def test_price_texts() -> None:
    assert price_text(Decimal(79), "CNY") == "¥79.00"
    assert price_text(Decimal("79.5"), "SEK") == "79.50 SEK"
