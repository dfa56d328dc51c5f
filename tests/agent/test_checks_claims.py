import pytest

from agent.checks.claims import unlicensed_claims
from agent.checks.grounding import glossed, ungrounded_words
from agent.checks.language import is_language
from agent.checks.stems import stem
from agent.checks.words import forbidden_by_law, said, unsaid


@pytest.mark.parametrize(
    ("text", "licence", "wrong"),
    [
        ("A waterproof tent", ["防水帐篷"], []),
        ("防水帐篷", ["Waterproof tent"], []),
        ("A waterproof tent", ["A tent"], ["waterproof"]),
        ("A waterproof tent", ["The tent is not waterproof"], ["waterproof"]),
        ("The tent is not waterproof", ["A waterproof tent"], ["waterproof"]),
        ("Free shipping", ["Ships in two days"], ["free", "free shipping"]),
        ("Feel free to play", [], []),
        ("The best gift", ["A great gift"], ["best"]),
        ("A softer wool", ["soft wool"], ["softer"]),
        ("红色围巾", ["Blue scarf"], ["红色"]),
        ("Wireless", ["Adjustable and foldable"], ["wireless"]),
        ("限时八折", [], ["八折", "限时"]),
        ("摆在书桌上，放上书架", [], []),
        ("一本书", [], ["书"]),
    ],
)
def test_a_claim_needs_a_fact_that_makes_it(text: str, licence: list[str], wrong: list[str]) -> None:
    assert sorted(unlicensed_claims(text, licence, "en")) == sorted(wrong)


def test_chinese_law_words_fail_whatever_the_facts_say() -> None:
    assert forbidden_by_law("国家级最佳产品", "zh") == ["国家级", "最佳"]
    assert forbidden_by_law("最近去了花园，最后一起回家", "zh") == []
    assert forbidden_by_law("the best", "en") == []


def test_words_are_matched_whole() -> None:
    assert said("A dream team", ["tea", "dream  TEAM"]) == ["dream  TEAM"]
    assert unsaid("来自北方的羊毛", ["羊毛", "棉"]) == ["棉"]


def test_words_outside_facts_and_vocabulary_are_named() -> None:
    assert ungrounded_words("Enjoy puzzling with your tractor", ["A jigsaw puzzle"], "en") == ["tractor"]
    assert ungrounded_words("和孩子玩拼图，看看恐龙", ["Jigsaw puzzle for kids"], "zh") == ["恐龙"]
    assert ungrounded_words("带上 Acme 拼图", ["Brandline jigsaw"], "zh") == ["Acme"]


def test_glossary_gives_the_plainest_word() -> None:
    assert glossed(["Hand puppet bear for children"]) == ["手偶", "小熊", "孩子"]


@pytest.mark.parametrize(
    ("text", "language", "is_it"),
    [
        ("Find your {product} today", "en", True),
        ("来自 Jada 的玩具", "zh", True),
        ("這個玩具給孩子們", "zh", False),
        ("おもちゃ", "zh", False),
        ("Das ist ein neues Spielzeug und macht Freude", "en", False),
        ("玩具 toy", "en", False),
        ("{price}", "en", False),
    ],
)
def test_language(text: str, language: str, is_it: bool) -> None:
    assert is_language(text, language) is is_it


def test_inflections_share_a_stem() -> None:
    assert len({stem(word) for word in ("make", "makes", "making")}) == 1
    assert stem("glass") == "glass"
    assert stem("careful") != stem("careless")


def test_latin_letters_in_a_chinese_wording_are_whole_words() -> None:
    assert unlicensed_claims("It costs {price}, and evaluation is easy.", ["Fern Mug"], "en") == []
    assert unlicensed_claims("适合cos聚会", ["Fern Mug"], "zh") != []
