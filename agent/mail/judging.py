"""Is one candidate for one part of a mail fit to be sent? Editing that only removes, then checks, then merit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.checks.claims import unlicensed_claims
from agent.checks.form import flaws
from agent.checks.grounding import ungrounded_words
from agent.checks.language import is_language
from agent.checks.numbers import unlicensed_numbers
from agent.checks.words import forbidden_by_law, said
from agent.mail.history import untrue_of_the_reader
from agent.mail.parts import Occasion, PartName, kind
from agent.mail.turns import usualness
from agent.slots import fill, open_slots, without_slots
from core.facts import CheckResult
from core.generation import Generation
from core.shop import Brand
from prompts.library import load_prompt

FACTS = frozenset({"fact_1", "fact_2"})
SLOTS_OF: dict[PartName, frozenset[str]] = {
    "subject": frozenset({"first_name", "product"}),
    "opening": frozenset({"first_name", "last_product"}),
    "pitch": frozenset({"product", "first_name", "last_product"}) | FACTS,
    "closing": frozenset({"price", "offer", "first_name", "product"}),
    "button": frozenset({"product"}),
}
LONGEST: dict[PartName, int] = {"subject": 60, "opening": 180, "pitch": 200, "closing": 140, "button": 28}
SHORTEST: dict[PartName, int] = {"subject": 8, "opening": 24, "pitch": 30, "closing": 16, "button": 4}
"""in characters, slots counted as they stand; a Chinese text says as much in a third of them"""
SENTENCES: frozenset[PartName] = frozenset({"opening", "pitch", "closing"})
END = re.compile(r"[.!?。！？…]")
QUOTES = ' \t"“”「」*_'
ABOUT_THE_READER = {
    "en": ("customer", "customers", "reader", "shopper", "shoppers", "bargain hunter", "regular", "win back", "mood"),
    "zh": ("顾客", "读者", "客户", "目的", "语气"),
}
"""words of the request: a mail speaks to its reader, not about them"""
LETTER_WORDS = {
    "en": (
        "going gone came got made anytime purchase ordered treating fine bring brought amazing wait waiting lately "
        "enjoyed remember miss missed reminder new fresh warm ready adventure adventures trip trips outdoors luck "
        "patience easy letter bought chose chosen pay price apology apologies apologise sorry regret mistake fault "
        "trouble delay meantime accept allow suggest suggestion recommend recommendation mention believe consider "
        "introduce invitation ago round page gave advice wrote written told said reply receive parcel correct suit "
        "suits useful course sooner closer"
    ),
    "zh": (
        "小店 本店 来信 写信 封信 短信 消息 介绍 了解 推荐 考虑 合适 适合 决定 表示歉意 抱歉 道歉 疏忽 弄错 麻烦 "
        "原谅 耽误 惦记 顾着 直接 商品 售价 标价 定价 查看 特意 非常 衣橱 检查 详细 店员 店里 到店 书店 常来 "
        "常回来 支持 照顾小店 下单 价钱 合不合适 合不合用 合您的心意 说了算 说不定 值不值 再决定 还没决定 有兴趣 "
        "感兴趣 算算 算一算 算是 失望 耐心 添麻烦 认真改 处理 机会 想法 意见 问题 不清楚的地方 知道 老朋友 新朋友 "
        "第一次 头一次 注意身体 记得 记着 盼着 不错 需不需要 任何 几天 几样 这本 有本 一本"
    ),
}
"""words that letters need and that state nothing of the product"""
CONTRACTIONS = re.compile(r"['’](d|ll|re|ve|m|s|t)\b")
IDIOMS = re.compile(r"\b(for a long time|a long time|long time no see|all day long|as long as)\b", re.IGNORECASE)
USUAL_EARNS = 2.0
"""merit of a line all of whose turns are known; subjects and buttons name the thing, which no letter of ours did"""
USUAL_ENOUGH = 0.8
"""share from which on a line is no better for being more usual: else all letters would close alike"""
EXAMPLE_COSTS = 1.0
"""merit lost by repeating an example of the prompt: true and well put, but not written for this reader"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One text for one part, edited and judged."""

    part: PartName
    text: str
    generation: Generation
    checks: tuple[CheckResult, ...]
    merit: float

    @property
    def passed(self) -> bool:
        return all(check.ok for check in self.checks)

    @property
    def failure(self) -> str:
        """What was wrong, for people and for the next try; empty if nothing."""
        return "; ".join(f"{check.name}: {check.detail}" for check in self.checks if not check.ok)


def judge(part: PartName, generation: Generation, occasion: Occasion, brand: Brand) -> Candidate:
    """The candidate that this generation is, with every check's result."""
    text = tidy(part, generation.text, cut_short=generation.finish == "length")
    checks = tuple(_checks(part, text, occasion, brand, strict=not generation.inputs.get("attempt")))
    return Candidate(part, text, generation, checks, _merit(part, text, occasion))


def tidy(part: PartName, text: str, cut_short: bool) -> str:
    """One line without wrapping quotes; of a text that ran out of tokens only its whole sentences."""
    line = " ".join(text.split()).strip(QUOTES)
    if part not in SENTENCES:
        return line.rstrip(".。") if part == "button" else line
    ends = [match.end() for match in END.finditer(line)]
    if cut_short:
        return line[: ends[-1]] if ends else ""
    if not line or (ends and ends[-1] == len(line)):
        return line
    return line + ("。" if is_language(line, "zh") else ".")


def licence(occasion: Occasion, brand: Brand) -> tuple[str, ...]:
    """Every string that allows a number, a claim or a word: facts, names, offer, goal."""
    product, context = occasion.product, occasion.context
    texts = [*(fact.value for fact in occasion.facts), *product.name.values(), *product.category]
    return tuple(text for text in (*texts, context.offer, context.goal, brand.name, context.favourite_category) if text)


def known_words(part: PartName, occasion: Occasion, brand: Brand) -> tuple[str, ...]:
    """Every string whose words this part may use."""
    language = occasion.context.language
    sort = kind(occasion.product, language)
    # A smart watch may be called a smartwatch, and a smartphone a phone.
    names = (sort, sort.replace(" ", ""), sort.removeprefix("smart"))
    return (*licence(occasion, brand), *names, LETTER_WORDS[language], *_examples(part, language))


def _checks(part: PartName, text: str, occasion: Occasion, brand: Brand, strict: bool) -> Iterator[CheckResult]:
    language, allowed = occasion.context.language, licence(occasion, brand)
    written = IDIOMS.sub(" ", without_slots(text))
    yield _slots(part, text, occasion, strict)
    yield _length(part, text, language, occasion.product.named(language))
    yield _named("form", flaws(text, language))
    yield _named("language", [] if is_language(text, language) or part == "button" else [f"write {language}"])
    yield _named("numbers", unlicensed_numbers(written, allowed, language))
    yield _named("claims", unlicensed_claims(written, allowed, language))
    known = known_words(part, occasion, brand)
    yield _named("grounding", ungrounded_words(CONTRACTIONS.sub(" ", written), known, language))
    yield _named("words", [*said(text, brand.words_to_avoid), *forbidden_by_law(text, language)])
    yield _named("addressee", said(written, ABOUT_THE_READER[language]))
    yield _named("history", untrue_of_the_reader(without_slots(text), occasion.context.segment))


def _slots(part: PartName, text: str, occasion: Occasion, strict: bool) -> CheckResult:
    there = open_slots(text)
    fillable = SLOTS_OF[part] & fillable_slots(occasion)
    wrong = sorted(there - fillable)
    if wrong:
        return CheckResult("slots", False, f"{{{wrong[0]}}} cannot be filled here")
    lacking = sorted(needed(part, occasion, strict) - there)
    return _named("slots", [f"must say {{{name}}}" for name in lacking])


def needed(part: PartName, occasion: Occasion, strict: bool) -> frozenset[str]:
    """Slots that this part must fill. The first try asks for the personal and the concrete; later ones for what a mail
    cannot be without, for the greeting and the product's name make it personal still."""
    want: dict[PartName, set[str]] = {"pitch": {"product"}, "closing": {"offer"}}
    if strict:
        want |= {"opening": {"last_product"}, "pitch": {"product", "fact_1"}}
    return frozenset(want.get(part, set())) & fillable_slots(occasion)


def fillable_slots(occasion: Occasion) -> frozenset[str]:
    """Slots that code can fill for every recipient of this context."""
    facts = (f"fact_{number}" for number in range(1, len(occasion.quotations) + 1))
    return frozenset((*occasion.context.slots, *facts))


def _length(part: PartName, text: str, language: str, product: str) -> CheckResult:
    shortest = SHORTEST[part] // 3 if language == "zh" else SHORTEST[part]
    # A name or a product fills more than its slot does; a subject must fit with them.
    text = fill(text, {"first_name": "Alexandra", "product": product}) if part == "subject" else text
    if len(text) < shortest:
        return CheckResult("length", False, f"write at least {shortest} characters")
    return _named("length", [f"write at most {LONGEST[part]} characters"] if len(text) > LONGEST[part] else [])


def _named(name: str, problems: list[str]) -> CheckResult:
    return CheckResult(name, not problems, ", ".join(problems[:3]))


def _examples(part: PartName, language: str) -> frozenset[str]:
    """The shots' answers: a text that repeats one is the library's, not the model's."""
    shots = load_prompt(f"email/{part}", language).file.shots
    return frozenset(shot.assistant for shot in shots)


def _merit(part: PartName, text: str, occasion: Occasion) -> float:
    """How good, among those that pass: slots filled, a moderate length, usual turns, and not an example said again."""
    language = occasion.context.language
    used = len(open_slots(text) & fillable_slots(occasion))
    length = abs(len(text) - LONGEST[part] * 0.45) / LONGEST[part]
    usual = min(USUAL_ENOUGH, usualness(text, language)) if part in SENTENCES else 0.0
    repeated = text in _examples(part, language)
    return used - length + USUAL_EARNS * usual - (EXAMPLE_COSTS if repeated else 0.0)
