from __future__ import annotations

import pytest

from agent.copy.fidelity import strays
from agent.copy.scenes import BETWEEN

SCENE = BETWEEN.join(("下雨天不想出门", "把拼图倒在桌上", "拼上最后一角忍不住笑"))


@pytest.mark.parametrize(
    "line",
    [
        "下雨天不想出门，把拼图倒在桌上。",
        "下雨天，拼图倒在桌上，拼上最后一角忍不住笑！",
        "把拼图倒在桌上，只要 {price}",
    ],
)
def test_a_choice_of_the_scene_keeps_to_it(line: str) -> None:
    assert strays(line, SCENE) == ""


@pytest.mark.parametrize(
    ("line", "odd"),
    [
        ("下雨天不想出门，睡了。", "睡了"),
        ("下雨天没出门，把拼图倒在桌上。", "没"),
        ("我把拼图倒在桌上。", "我"),
        ("下雨天不想出门 / 把拼图倒在桌上", "/"),
        ("下雨天不想出 门，把拼图倒在桌上", "出 门"),
        ("把拼图拼图倒在桌上，笑笑", "笑笑"),
        ("下雨天不想出门把拼图倒在桌上忍不住笑", "下雨天不想出门把拼图倒在桌上忍不住笑"),
        ("把拼图倒在桌上，不想出", "不想出"),
        ("拼上最后一角忍不住笑起来了，下雨天不想出门", "拼上最后一角忍不住笑起来了"),
    ],
)
def test_what_leaves_the_scene_is_named(line: str, odd: str) -> None:
    assert strays(line, SCENE) == odd


def test_a_name_may_hold_a_space() -> None:
    scene = BETWEEN.join(("起风了就出门", "带着雪松 风筝去空地", "越飞越远"))
    assert strays("起风了就出门，带着雪松 风筝去空地。", scene) == ""
