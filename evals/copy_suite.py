"""The copywriter on a real catalogue: how many variants come back, and is every one of them within limits and true?

    python -m evals.copy_suite --products 20 --channels google-rsa,meta-feed,xiaohongshu --model gemma3-270m

The shop in `HAWKER_HOME` must be loaded. Chinese channels are written in Chinese. Every returned variant is judged
again from outside: its published texts, slots filled, against the product's record. Pass rates are of lines: as a model
wrote them, and after mending and the second round. Prints JSON with every run, to be read with one's own eyes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.channels import channel
from agent.checks.claims import unlicensed_claims
from agent.checks.numbers import unlicensed_numbers
from agent.copy.material import Material, gather
from core.copy import CopyRequest, CopyVariant
from core.errors import HawkerError
from core.plain import plain
from core.settings import Settings, load_settings

if TYPE_CHECKING:
    from agent.copy.lines import Line
    from agent.house import House

CHINESE = frozenset({"wechat-article", "xiaohongshu", "douyin"})
ENOUGH = 3
"""variants of five that a run must return"""
SHARE_WANTED = 0.9


@dataclass(frozen=True, slots=True)
class Run:
    """One product on one channel. `faults` is empty unless a returned variant breaks a rule."""

    product: str
    name: str
    channel: str
    language: str
    model: str
    variants: tuple[CopyVariant, ...]
    lines: int
    """that the model wrote, both rounds"""
    passed_as_written: int
    passed_in_the_end: int
    faults: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class CopyReport:
    """`share_enough` of the runs returned at least three of five; `faults` must be 0."""

    runs: int
    share_enough: float
    enough: bool
    faults: int
    pass_rate_before: float
    """of the lines of the first round, as the model wrote them"""
    pass_rate_after: float
    """of all lines, mended and second tries included"""
    by_channel: dict[str, float]
    """share of runs with enough variants"""
    outcomes: tuple[Run, ...]


def run(
    house: House,
    products: int = 20,
    channels: Sequence[str] = ("google-rsa", "meta-feed", "xiaohongshu"),
    count: int = 5,
    seed: int = 0,
) -> CopyReport:
    """Write `count` variants for each of `products` random products on each channel, and judge them."""
    picked = random.Random(seed).sample(house.store.shop.products(), products)
    outcomes = [_run(house, product.id, name, count, seed) for product in picked for name in channels]
    return report(outcomes)


def report(outcomes: Sequence[Run]) -> CopyReport:
    """The figures over all runs."""
    share = _share(len(one.variants) >= ENOUGH for one in outcomes)
    lines = sum(one.lines for one in outcomes) or 1
    names = dict.fromkeys(one.channel for one in outcomes)
    faults = sum(len(one.faults) for one in outcomes)
    return CopyReport(
        runs=len(outcomes),
        share_enough=share,
        enough=share >= SHARE_WANTED and not faults,
        faults=faults,
        pass_rate_before=round(sum(one.passed_as_written for one in outcomes) / lines, 4),
        pass_rate_after=round(sum(one.passed_in_the_end for one in outcomes) / lines, 4),
        by_channel={
            name: _share(len(one.variants) >= ENOUGH for one in outcomes if one.channel == name) for name in names
        },
        outcomes=tuple(outcomes),
    )


def _run(house: House, product_id: str, name: str, count: int, seed: int) -> Run:
    from agent.copywriter import write_with_lines

    language = "zh" if name in CHINESE else "en"
    request = CopyRequest(product_id, name, language=language, count=count, seed=seed)
    written = write_with_lines(house, request)
    product = house.store.shop.product(product_id)
    material = gather(product, house.store.shop.brand(), request.brief, language)
    lines = [*written.first, *written.second]
    _say(f"{name} {product.named('en')[:50]}: {len(written.result.variants)} of {count}")
    return Run(
        product=product_id,
        name=product.named("en"),
        channel=name,
        language=language,
        model=written.result.model,
        variants=written.result.variants,
        lines=len(lines),
        passed_as_written=sum(line.passed and not line.mended for line in written.first),
        passed_in_the_end=_passed(lines),
        faults=tuple(_faults(written.result.variants, name, material, language)),
        seconds=written.result.seconds,
    )


def _passed(lines: Iterable[Line]) -> int:
    return sum(line.passed for line in lines)


def _faults(variants: Sequence[CopyVariant], name: str, material: Material, language: str) -> list[str]:
    """What is wrong with the returned variants: limits, counts, numbers, claims, twins."""
    wanted = channel(name)
    found: list[str] = []
    seen: set[str] = set()
    for variant in variants:
        for part in wanted.parts:
            value = variant.parts.get(part.name, [])
            texts = [value] if isinstance(value, str) else value
            if not part.at_least <= len(texts) <= part.at_most:
                found.append(f"{part.name}: {len(texts)} texts")
            for text in texts:
                found += [f"{part.name}: {text}: {problem}" for problem in _wrong(text, material, language)]
                found += [f"{part.name}: {text} {part.overlong(text)}"] if part.overlong(text) else []
        twin = json.dumps(plain(variant.parts), ensure_ascii=False, sort_keys=True).casefold()
        found += ["two variants are identical"] if twin in seen else []
        seen.add(twin)
    return found


def _wrong(text: str, material: Material, language: str) -> list[str]:
    numbers = unlicensed_numbers(text, material.licence, language)
    return [f"number {one}" for one in numbers] + [
        f"claim {one}" for one in unlicensed_claims(text, material.licence, language)
    ]


def _share(outcomes: Iterable[bool]) -> float:
    all_of_them = list(outcomes)
    return round(sum(all_of_them) / len(all_of_them), 4) if all_of_them else 0.0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Exit status 0 if enough variants came back and none has a fault, 3 if not."""
    from agent.house import House

    parser = argparse.ArgumentParser(prog="python -m evals.copy_suite")
    parser.add_argument("--products", type=int, default=20)
    parser.add_argument("--channels", default="google-rsa,meta-feed,xiaohongshu")
    parser.add_argument("--model", help="the model for English, in place of the settings'")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    try:
        with House(_settings(given.model)) as house:
            measured = run(house, given.products, given.channels.split(","), seed=given.seed)
    except HawkerError as error:
        _say(str(error))
        return error.exit_status
    print(json.dumps(plain(measured), ensure_ascii=False, indent=1))
    return 0 if measured.enough else 3


def _settings(model: str | None) -> Settings:
    return load_settings(model=model) if model else load_settings()


if __name__ == "__main__":
    raise SystemExit(main())
