"""Titles for segments, worded by a model where its wording stands, and the texts of a whole segmentation.

The model is shown what a segment likes and does, and asked for a few words; each candidate is judged against the
statistics (`licence`). The first that passes and that no other segment bears becomes the title; else the rules' stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.analyst.licence import PEOPLE, licence_of, unlicensed
from agent.analyst.segments import describe, habits, liked, name_of
from agent.analyst.wording import listed
from agent.checks.grounding import function_stems
from agent.checks.stems import stem, words
from agent.trail import Ask, Generations, ask_all
from core.language import LANGUAGES, Language
from insight.segmenting.segmentation import Cluster, Segmentation
from insight.segmenting.statistics import SegmentStatistics
from prompts.library import load_prompt

if TYPE_CHECKING:
    from engine.protocol import Engine

CANDIDATES = 4
LONGEST: Mapping[Language, int] = {"en": 40, "zh": 14}
"""characters of a title"""
PROMPT = "analyst/title"
TRIMMED = " \t\"“”'.。*「」"


@dataclass(frozen=True, slots=True)
class Judged:
    """One title that a model proposed, and what spoke against it."""

    cluster: str
    language: Language
    title: str
    wrong: tuple[str, ...]


def put_into_words(segmentation: Segmentation) -> Segmentation:
    """Every cluster with its texts in each language, by rules alone."""
    told = (
        replace(cluster, texts={language: describe(cluster.statistics, language) for language in LANGUAGES})
        for cluster in segmentation.clusters
    )
    return replace(segmentation, clusters=tuple(told))


def name_by_model(
    segmentation: Segmentation, language: Language, engine: Engine, store: Generations
) -> tuple[Segmentation, list[Judged]]:
    """The same with the titles of one language worded by `engine`, where its words stand; and all that it proposed.

    `segmentation` has its texts already. Raises `EngineFailed` where the engine gives up.
    """
    answered = ask_all([_ask(cluster.statistics, language) for cluster in segmentation.clusters], engine, store)
    taken = {cluster.texts[language].title.casefold() for cluster in segmentation.clusters}
    named: list[Cluster] = []
    judged: list[Judged] = []
    for cluster, answer in zip(segmentation.clusters, answered, strict=True):
        titles = dict.fromkeys(one.text.strip().split("\n")[0].strip(TRIMMED) for one in answer.generations)
        tried = [Judged(cluster.name, language, title, _wrong(title, cluster, language, taken)) for title in titles]
        judged += tried
        best = next((one.title for one in tried if not one.wrong), None)
        if best is not None:
            taken.add(best.casefold())
            text = replace(cluster.texts[language], title=best, writer=engine.model)
            cluster = replace(cluster, texts={**cluster.texts, language: text})
        named.append(cluster)
    return replace(segmentation, clusters=tuple(named)), judged


def _ask(statistics: SegmentStatistics, language: Language) -> Ask:
    likes = listed([name_of(lift.category, language) for lift in liked(statistics)], language)
    does = listed([one.words for one in habits(statistics, language)], language)
    inputs = {"likes": likes, "does": does}
    rendered = load_prompt(PROMPT, language).render(**inputs)
    return Ask("analyst", rendered, rendered.sampling, inputs, CANDIDATES, lane="batch")


def _wrong(title: str, cluster: Cluster, language: Language, taken: set[str]) -> tuple[str, ...]:
    wrong = unlicensed(title, licence_of(cluster.statistics, language), language)
    if len(title) > LONGEST[language]:
        wrong.append(f"length: over {LONGEST[language]} characters")
    if title.casefold() in taken:
        wrong.append("taken: another segment bears it")
    likes = [name_of(lift.category, language) for lift in liked(cluster.statistics)]
    if likes and not any(like in title or _stems(like) & _stems(title) for like in likes):
        wrong.append("about: names nothing that they like")
    return (*wrong, *(f"word: {word}" for word in _strange(title, likes, language)))


def _strange(title: str, likes: list[str], language: Language) -> list[str]:
    """What a title says beside likes and people. General words, harmless in an advertisement, mislead in a name."""
    if language == "en":
        known = _stems(" ".join([*likes, PEOPLE["en"]])) | function_stems()
        return [word for word in words(title) if stem(word) not in known]
    for word in sorted([*likes, *PEOPLE["zh"].split(), "和", "的", "、"], key=len, reverse=True):
        title = title.replace(word, " ")
    return title.split()


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}
