"""Finding the shop's segments anew: grouped, put into words, kept, and written down for each customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent.analyst.naming import Judged, name_by_model, put_into_words
from agent.house import House
from core.errors import ModelMissing
from core.language import LANGUAGES
from insight.behaviour.records import read_behaviour
from insight.segmenting.grouping import Method
from insight.segmenting.keeping import folder_of, save_segments
from insight.segmenting.segmentation import Refused, Segmentation, assign, find_segments


@dataclass(frozen=True, slots=True)
class Found:
    """What was kept, and the titles that models proposed for it."""

    segmentation: Segmentation
    judged: tuple[Judged, ...]


def find_and_keep(house: House, as_of: datetime, method: Method = "classes", by_model: bool = False) -> Found | Refused:
    """Find, name and keep the clusters as of `as_of` (aware). Nothing that is kept changes where nothing is found.

    `by_model`: titles are worded by each language's model, where one is installed and its words stand.
    """
    behaviour = read_behaviour(house.store)
    found = find_segments(behaviour, as_of, method)
    if isinstance(found, Refused):
        return found
    told, judged = put_into_words(found), list[Judged]()
    for language in LANGUAGES if by_model else ():
        try:
            told, more = name_by_model(told, language, house.engine(language), house.store.generations)
        except ModelMissing:
            continue
        judged += more
    save_segments(told, folder_of(house.settings))
    house.store.clusters.add(assign(told, behaviour, as_of), as_of)
    return Found(told, tuple(judged))
