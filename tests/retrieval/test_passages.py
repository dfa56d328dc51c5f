"""Searching for passages: found by meaning and word, kept apart by audience and language, gone when deleted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.errors import UserError
from core.settings import Settings
from core.shop import Document, Product
from retrieval.ingest import IngestReport
from retrieval.opening import Found, Retrieval, open_retrieval


def sources(found: Found) -> list[str]:
    return [passage.source for passage in found.passages]


def test_finds_the_passage_and_where_it_stands(retrieval: Retrieval, knowledge: list[Document]) -> None:
    retrieval.index_documents(knowledge)
    best = retrieval.search_passages("May boots go back after 30 days?", language="en").passages[0]
    assert (best.source, best.title, best.language) == ("document:returns", "Returns", "en")
    assert knowledge[0].text[best.start : best.start + len(best.text)] == best.text
    tents = retrieval.search_passages("tents dry", language="en").passages[0]
    assert tents.title == "Returns > Tents"
    assert knowledge[0].text[tents.start :] == "Tents go back dry."


def test_chinese_is_found_by_bigrams(retrieval: Retrieval, knowledge: list[Document]) -> None:
    retrieval.index_documents(knowledge)
    assert sources(retrieval.search_passages("偏远地区要运费吗？", language="zh")) == ["document:peisong"]


def test_what_is_for_staff_is_never_found_for_a_customer(retrieval: Retrieval, knowledge: list[Document]) -> None:
    retrieval.index_documents(knowledge)
    asked = "secret staff discount on tents"
    assert "document:discounts" not in sources(retrieval.search_passages(asked, k=20))
    assert sources(retrieval.search_passages(asked, audience="staff"))[0] == "document:discounts"
    assert "document:desk" in sources(retrieval.search_passages("refund limit dollars"))


def test_a_language_without_knowledge_searches_all(retrieval: Retrieval, knowledge: list[Document]) -> None:
    retrieval.index_documents([document for document in knowledge if document.language == "en"])
    assert retrieval.search_passages("boots 30", language="zh").passages[0].source == "document:returns"


def test_nothing_indexed_is_not_enough(retrieval: Retrieval) -> None:
    assert retrieval.search_passages("boots") == Found((), 0.0, False)


def test_products_answer_questions_too(retrieval: Retrieval, catalogue: list[Product]) -> None:
    retrieval.index_products(catalogue)
    best = retrieval.search_passages("How much is the steel mug?", language="en").passages[0]
    assert best.source == "product:MUG-1"
    assert "9.50 USD" in best.text


def test_an_unchanged_second_run_embeds_nothing(
    retrieval: Retrieval, knowledge: list[Document], catalogue: list[Product], embedder
) -> None:
    first = retrieval.index_documents(knowledge)
    # six passages, two of which have two sentences each
    assert first == IngestReport(embedded=10, unchanged=0, deleted=0)
    retrieval.index_products(catalogue)
    embedder.embedded.clear()
    assert retrieval.index_documents(knowledge) == IngestReport(embedded=0, unchanged=6, deleted=0)
    assert retrieval.index_products(catalogue).embedded == 0
    assert embedder.embedded == []


def test_equal_texts_are_embedded_once_and_moved_ones_not_again(retrieval: Retrieval, embedder) -> None:
    twins = [Document(name, "Care", "Wash by hand.", "en") for name in ("a", "b", "c")]
    assert retrieval.index_documents(twins).embedded == 1
    moved = [replace(twins[0], text="Air dry.\n\n## More\nWash by hand."), replace(twins[1], id="z")]
    embedder.embedded.clear()
    report = retrieval.index_documents(moved)
    assert embedder.embedded == ["Care\nAir dry.", "Care > More\nWash by hand."]
    assert report == IngestReport(embedded=2, unchanged=1, deleted=2)
    assert sorted(sources(retrieval.search_passages("wash by hand", k=9))) == ["document:a", "document:a", "document:z"]


def test_deleted_knowledge_leaves_no_ghost(retrieval: Retrieval, knowledge: list[Document]) -> None:
    retrieval.index_documents(knowledge)
    assert retrieval.index_documents(knowledge[1:3]).deleted == 4
    for query in ("boots back within 30 days", "偏远地区运费", "refund 20 dollars"):
        assert set(sources(retrieval.search_passages(query, k=20))) <= {"document:shipping"}
    assert retrieval.index_documents([]).deleted == 2
    assert retrieval.search_passages("boots") == Found((), 0.0, False)


def test_a_changed_text_is_found_by_its_new_words_only(retrieval: Retrieval, knowledge: list[Document]) -> None:
    retrieval.index_documents(knowledge)
    retrieval.index_documents([replace(knowledge[0], text="Boots go back within 60 days."), *knowledge[1:]])
    texts = [passage.text for passage in retrieval.search_passages("boots back days", k=20).passages]
    assert any("60 days" in text for text in texts)
    assert not any("30 days" in text for text in texts)


def test_survives_closing_and_is_seen_by_another_opener(
    place: Settings, retrieval: Retrieval, knowledge: list[Document], embedder
) -> None:
    reader = open_retrieval(place, embedder)
    assert reader.search_passages("boots").passages == ()
    retrieval.index_documents(knowledge)
    assert sources(reader.search_passages("unworn boots"))[0] == "document:returns"
    reader.close()
    retrieval.close()
    again = open_retrieval(place, embedder)
    assert sources(again.search_passages("unworn boots"))[0] == "document:returns"
    again.close()


def test_searching_while_indexing(retrieval: Retrieval, knowledge: list[Document]) -> None:
    retrieval.index_documents(knowledge)

    def ask(_: int) -> str:
        return retrieval.search_passages("unworn boots go back").passages[0].source

    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(ask, range(60))
        for round_ in range(4):
            extra = Document(f"extra-{round_}", "Stoves", f"Stove number {round_} burns gas.", "en")
            retrieval.index_documents([*knowledge, extra])
        assert set(answers) == {"document:returns"}
    assert sources(retrieval.search_passages("stove burns gas", language="en"))[0] == "document:extra-3"


def test_vectors_of_another_embedder_are_refused_then_replaced(
    place: Settings, retrieval: Retrieval, knowledge: list[Document], embedder
) -> None:
    retrieval.index_documents(knowledge)
    other = open_retrieval(place, type(embedder)("other", 32))
    with pytest.raises(UserError, match="words, which made the vectors"):
        other.search_passages("boots")
    assert other.index_documents(knowledge).embedded == 10
    assert sources(other.search_passages("unworn boots"))[0] == "document:returns"
    other.close()
