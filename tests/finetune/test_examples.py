"""Rows become the prompts of serving: Chinese bodies sentence by sentence, room told, wit and distance left out."""

from __future__ import annotations

import ctypes
import sys

import pytest

from agent.copy.chinese_record import LINE_PROMPT, TITLE_PROMPT
from evals.attribute_copy import AttributeCopy
from finetune import adgen
from finetune.corpus import CORPORA, read_corpus
from finetune.examples import Example, examples
from finetune.freed_memory import keep_freed_memory
from finetune.recipe import Recipe

KINDS = (("copy", "en"), ("email", "en"), ("support", "en"))


@pytest.fixture(scope="module")
def kitchen() -> tuple[Example, ...]:
    return tuple(examples(read_corpus(CORPORA / "kitchen")))


def test_chinese_lines_are_asked_in_the_prompts_of_a_tuned_voice(kitchen: tuple[Example, ...]) -> None:
    prompts = {one.prompt.partition("@")[0] for one in kitchen if (one.task, one.language) == ("copy", "zh")}
    assert prompts == {LINE_PROMPT, TITLE_PROMPT}


def test_a_chinese_body_is_learned_a_fact_and_a_sentence_at_a_time(kitchen: tuple[Example, ...]) -> None:
    lines = [one for one in kitchen if one.prompt.startswith(LINE_PROMPT)]
    assert len(lines) > 50
    for one in lines:
        assert "\n" not in one.answer
        fact = next(line for line in one.messages[-1].content.splitlines() if line.startswith("事实："))
        assert not {";", "；"} & set(fact)


def test_the_room_of_the_channel_is_told_and_kept(kitchen: tuple[Example, ...]) -> None:
    headlines = [one for one in kitchen if one.prompt.startswith("copy/headline") and one.language == "en"]
    assert len(headlines) > 100
    for one in headlines:
        room = next(line for line in one.messages[-1].content.splitlines() if line.startswith("Room: "))
        assert len(one.answer) <= int(room.split()[1])


def test_wit_is_left_out_where_a_recipe_wants_none(kitchen: tuple[Example, ...]) -> None:
    plain = Recipe(base="smollm2-135m", name="plain", data=("kitchen",), wit=False)
    mails = [one for one in kitchen if one.task == "email" and one.language == "en"]
    kept = [one for one in mails if plain.wants(one)]
    assert 0 < len(kept) < len(mails)
    assert not any(one.witty for one in kept)


def test_a_share_of_a_kind_is_the_same_one_every_time(kitchen: tuple[Example, ...]) -> None:
    half = Recipe(base="smollm2-135m", name="half", data=("kitchen",), shares={"copy/en": 0.5, "support/en": 0})
    wanted = {kind: [one for one in kitchen if (one.task, one.language) == kind] for kind in KINDS}
    kept = {kind: [one for one in rows if half.wants(one)] for kind, rows in wanted.items()}
    assert 0.4 < len(kept["copy", "en"]) / len(wanted["copy", "en"]) < 0.6
    assert kept["support", "en"] == []
    assert kept["email", "en"] == wanted["email", "en"]


def test_attributes_are_asked_and_copy_is_the_answer() -> None:
    row = AttributeCopy((("类型", "裤"), ("风格", "简约")), "一条裤子。")
    made = adgen.as_example(row, 7)
    assert made.messages[-1].content == "类型：裤\n风格：简约"
    assert (made.answer, made.language) == ("一条裤子。", "zh")
    assert adgen.recipe().wants(made)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mallopt is glibc's")
def test_large_blocks_are_kept_where_the_c_library_can() -> None:
    assert keep_freed_memory() is hasattr(ctypes.CDLL(None), "mallopt")


def test_a_clause_is_said_once_and_keeps_its_first_end() -> None:
    assert adgen.said_once("面料舒适，穿着清凉，面料舒适。显瘦，面料舒适") == "面料舒适，穿着清凉，显瘦，"
    assert adgen.said_once("") == ""


def test_the_best_text_names_most_attributes_and_repeats_least() -> None:
    row = AttributeCopy((("类型", "裤"), ("风格", "简约"), ("颜色", "蓝色")), "")
    poor, looping, good = "一条裤。", "蓝色，简约，裤，裤，裤，裤。", "蓝色的裤，简约。"
    assert adgen.best(row, [poor, looping, good]) == good
    assert adgen.best(row, [poor, looping]) == "蓝色，简约，裤，"
