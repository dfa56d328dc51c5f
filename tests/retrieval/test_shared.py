"""Two processes on one Chroma server: what one indexes the other finds, and neither keeps anything of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.customer import CustomerProfile
from core.errors import NotFound, UserError
from core.settings import Settings, load_settings
from core.shop import Document
from retrieval import chroma as reaching
from retrieval.chroma import ChromaAway, ChromaServer, chroma_server
from retrieval.ingest import IngestReport
from retrieval.opening import Retrieval, open_retrieval
from retrieval.traits import NAME
from retrieval.vectors import VectorShelf
from tests.chroma import ChromaProcess
from tests.retrieval.conftest import WordEmbedder

ANN, BOB, CAT = (
    CustomerProfile("ann", "en", "loyal", ("tents", "packs"), "middle", "positive"),
    CustomerProfile("bob", "en", "loyal", ("tents", "packs"), "middle", "positive"),
    CustomerProfile("cat", "en", "at-risk", ("tents", "stoves"), "middle", "positive"),
)


@pytest.fixture
def shared(home: Settings, chroma: ChromaProcess) -> Settings:
    return load_settings(chroma_url=chroma.url())


@pytest.fixture
def two(shared: Settings, embedder: WordEmbedder) -> Iterator[tuple[Retrieval, Retrieval]]:
    """As two processes have them: each with a client of its own."""
    both = open_retrieval(shared, embedder), open_retrieval(shared, embedder)
    yield both
    for one in both:
        one.close()


def found(retrieval: Retrieval, query: str) -> list[str]:
    return [passage.text for passage in retrieval.search_passages(query, "en").passages]


def words_of(retrieval: Retrieval, query: str) -> set[str]:
    """The passages that the word index alone finds."""
    return {near.id for near in retrieval._library._words("knowledge.en.customer").current().search(query, 9)}


def test_a_change_by_one_is_found_by_the_other_in_vectors_and_words(
    two: tuple[Retrieval, Retrieval], knowledge: list[Document], home: Settings
) -> None:
    one, other = two
    one.index_documents(knowledge)
    assert found(other, "unworn boots")[0].startswith("Unworn boots")
    assert words_of(other, "warehouse") == {"document:shipping#0"}

    changed = replace(knowledge[1], text="Parcels leave the depot on Sundays.")
    other.index_documents([knowledge[0], changed])
    assert words_of(one, "warehouse") == words_of(other, "warehouse") == set()
    assert words_of(one, "depot") == words_of(other, "depot") == {"document:shipping#0"}
    assert found(one, "parcels depot")[0] == changed.text

    one.index_documents([])
    assert found(other, "parcels depot") == []
    assert not home.chroma_dir.exists()


def test_an_unchanged_index_is_made_once(two: tuple[Retrieval, Retrieval], knowledge: list[Document]) -> None:
    one, other = two
    one.index_documents(knowledge)
    words = other._library._words("knowledge.en.customer")
    made = words.current()
    one.index_documents(knowledge)
    assert words.current() is made


def test_shops_on_one_server_do_not_meet(
    two: tuple[Retrieval, Retrieval], knowledge: list[Document], chroma: ChromaProcess, embedder: WordEmbedder
) -> None:
    two[0].index_documents(knowledge)
    stranger = open_retrieval(load_settings(chroma_url=chroma.url()), embedder)
    assert found(stranger, "unworn boots") == []
    stranger.close()


def test_profiles_are_those_of_the_database(shared: Settings, embedder: WordEmbedder) -> None:
    known = [ANN, BOB, CAT]
    one, other = (open_retrieval(shared, embedder, lambda: known) for _ in range(2))
    assert one.index_profiles(known) == IngestReport(embedded=len(embedder.embedded), unchanged=0, deleted=0)
    assert [hit.id for hit in other.look_alikes("ann")] == ["bob", "cat"]
    assert other.index_profiles(known) == IngestReport(embedded=0, unchanged=3, deleted=0)
    assert other.forget("cat") == 1
    known.remove(CAT)
    assert one.forget("cat") == 0
    assert [hit.id for hit in one.look_alikes("ann")] == ["bob"]
    assert one.forget("ann") == 1
    known.remove(ANN)
    assert one.index_profiles(known).unchanged == 1  # bob has the record still, which was ann's as well
    with pytest.raises(NotFound, match="ann"):
        one.look_alikes("ann")
    one.close()
    other.close()


def test_the_server_is_told_no_customers_id(shared: Settings, embedder: WordEmbedder) -> None:
    retrieval = open_retrieval(shared, embedder, lambda: [ANN])
    retrieval.index_profiles([ANN])
    server = chroma_server(shared)
    assert server is not None
    shelf = VectorShelf(server)
    collection = shelf.find(NAME, embedder.name)
    assert collection is not None
    (row,) = collection.rows()
    assert "ann" not in f"{row.id} {row.text} {row.metadata}"
    shelf.close()
    retrieval.close()


def test_a_server_that_is_away_is_told_in_one_line(home: Settings, embedder: WordEmbedder) -> None:
    retrieval = open_retrieval(load_settings(chroma_url="http://127.0.0.1:1"), embedder)
    for ask in (retrieval.check, lambda: retrieval.search_passages("boots")):
        with pytest.raises(ChromaAway, match="does not answer") as away:
            ask()
        assert away.value.http_status == 503
    assert not home.chroma_dir.exists()


def test_a_server_that_never_answers_is_not_waited_for(
    shared: Settings, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaching, "PATIENCE_SECONDS", 0.2)
    retrieval = open_retrieval(shared, embedder)
    retrieval.check()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        api = retrieval._vectors._client._server
        api._api_url = f"http://127.0.0.1:{silent.getsockname()[1]}/api/v2"
        with pytest.raises(ChromaAway, match="ReadTimeout"):
            retrieval.check()


def test_a_url_says_where_the_server_is() -> None:
    assert chroma_server(load_settings(chroma_url="http://chroma")) == ChromaServer("chroma", 8000, False)
    shop = load_settings(chroma_url="https://chroma.example/fernhill", chroma_token="s3cret")
    assert chroma_server(shop) == ChromaServer("chroma.example", 443, True, "fernhill", "s3cret")
    assert "s3cret" not in repr(chroma_server(shop)) + repr(shop)


@pytest.mark.parametrize(
    "url", ["chroma:8000", "ftp://chroma", "http://", "http://a/b/c", "http://h:port", "http://u:pw@h"]
)
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(UserError, match=r"setting chroma_url.*expected http://HOST:PORT") as refused:
        chroma_server(load_settings(chroma_url=url))
    assert "pw" not in str(refused.value)
