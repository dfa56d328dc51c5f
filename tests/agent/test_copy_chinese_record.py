"""Chinese by a tuned model is made from the record's own sentences; scenes are for the bare one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from agent.channels import channel
from agent.copy.chinese_record import LINE_PROMPT, TITLE_PROMPT, record_facts, record_subjects
from agent.copy.material import gather
from agent.copywriter import write_copy
from agent.house import House
from agent.voice import Voice
from core.copy import Brief, CopyRequest
from core.generation import GenerationRequest
from core.settings import Settings
from core.shop import Brand, Product
from engine.scripted import ScriptedEngine

BASKET = Product(
    id="B1",
    name={"en": "Reed Bed", "zh": "芦苇猫窝"},
    description={
        "en": "A reed bed for cats.",
        "zh": "芦苇编的猫窝，圆口朝前。里面的棉垫可以拆下来洗。底下有四个木脚，离地三厘米！放在窗边刚好。",
    },
    attributes={"zh": {"材质": "芦苇", "Size": "M"}},
    price=Decimal("39.00"),
    currency="CNY",
)
KITE = Product(id="K1", name={"en": "Redwing Delta Kite"}, description={"en": "Flies in a light breeze"})


def first_clause(request: GenerationRequest) -> str:
    """What a tuned model does: it words the fact of its prompt. A bare one, told no fact, picks a keyword."""
    told = request.messages[-1].content.splitlines()
    fact = next((line.removeprefix("事实：") for line in told if line.startswith("事实：")), "")
    return f"家里的{fact.partition('，')[0]}" if fact else told[0].removeprefix("关键词：").partition("、")[0]


class TunedHouse(House):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.scripted = ScriptedEngine(first_clause)

    def voice(self, task: str, language: str) -> Voice:
        return Voice(self.scripted, "house")


@pytest.fixture
def house(home: Settings) -> Iterator[TunedHouse]:
    with TunedHouse(home) as opened:
        opened.store.shop.put_products([BASKET, KITE])
        opened.store.shop.set_brand(Brand(name="Dune Shop"))
        yield opened


def test_facts_are_whole_sentences_and_then_attributes() -> None:
    assert record_facts(BASKET) == (
        "芦苇编的猫窝，圆口朝前",
        "里面的棉垫可以拆下来洗",
        "底下有四个木脚，离地三厘米",
        "放在窗边刚好",
        "材质: 芦苇",
    )


def test_a_record_without_chinese_has_none() -> None:
    assert record_facts(KITE) == ()


def test_a_long_sentence_is_told_by_its_clauses() -> None:
    long = "，".join(
        ["棉垫可以拆下来洗"] * 2 + ["四个木脚离地三厘米", "圆口朝前", "芦苇一根一根手编", "放在窗边刚好", "猫爱睡"]
    )
    told = record_facts(Product(id="X", name={"zh": "窝"}, description={"zh": long}))
    assert told == ("棉垫可以拆下来洗", "四个木脚离地三厘米", "圆口朝前", "芦苇一根一根手编", "放在窗边刚好", "猫爱睡")


@pytest.mark.parametrize(
    ("name", "part", "prompt", "priced"),
    [("xiaohongshu", "title", TITLE_PROMPT, True), ("wechat-article", "digest", LINE_PROMPT, False)],
)
def test_a_price_stands_in_titles_alone(name: str, part: str, prompt: str, priced: bool) -> None:
    subjects = record_subjects(channel(name).part(part), gather(BASKET, None, Brief(), "zh"))
    assert {subject.prompt for subject in subjects} == {prompt}
    assert any("{price}" in subject.phrase for subject in subjects) is priced


def test_the_roles_of_a_body_say_different_things() -> None:
    subjects = record_subjects(channel("xiaohongshu").part("body"), gather(BASKET, None, Brief(), "zh"))
    told = {role: {s.phrase for s in subjects if s.role == role} for role in ("scene", "detail", "closing")}
    assert all(told.values())
    assert sum(map(len, told.values())) == len(set.union(*told.values()))


def test_what_the_brief_wants_said_comes_first() -> None:
    material = gather(BASKET, None, Brief(key_message="今天下单"), "zh")
    assert record_subjects(channel("douyin").part("title"), material)[0].phrase == "今天下单"


def test_a_tuned_voice_words_the_record_and_picks_topics_by_itself(house: TunedHouse) -> None:
    result = write_copy(house, CopyRequest("B1", "xiaohongshu", language="zh", count=1))
    asked = {request.adapter: request.messages[0].content for request in house.scripted.history}
    assert "写成一句通顺的广告" in asked["house"] or "写成一个短标题" in asked["house"]
    assert "话题" in asked[None]
    assert any(prompt.startswith((LINE_PROMPT, TITLE_PROMPT)) for prompt in result.prompt.split(", "))
    told = [line for request in house.scripted.history for line in request.messages[-1].content.splitlines()]
    assert "字数：20以内" in told


def test_a_record_without_chinese_is_left_to_the_bare_model(house: TunedHouse) -> None:
    write_copy(house, CopyRequest("K1", "douyin", language="zh", count=1))
    assert {request.adapter for request in house.scripted.history} == {None}
