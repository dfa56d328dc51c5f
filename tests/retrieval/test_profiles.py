"""Profiles: look-alikes share tastes, nothing is embedded twice, and a forgotten customer leaves no byte."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.customer import CustomerProfile
from core.errors import NotFound
from core.settings import Settings
from core.shop import Product
from retrieval.opening import Retrieval, open_retrieval
from retrieval.traits import blend


@pytest.fixture
def place(home: Settings) -> Settings:
    """Embedded: on a server profiles are another shelf, see test_shared."""
    return home


def profile(customer_id: str, *likes: str, segment: str = "loyal", band: str = "middle") -> CustomerProfile:
    return CustomerProfile(customer_id, "en", segment, likes, band, "positive")


@pytest.fixture
def customers() -> list[CustomerProfile]:
    return [
        profile("ann", "tents", "packs"),
        profile("bob", "tents", "packs"),
        profile("cat", "tents", "stoves", segment="at-risk"),
        profile("dan", "dresses", "hats", band="premium"),
        profile("eve", "mugs", segment="lost", band="budget"),
    ]


def bytes_under(folder: Path, *needles: bytes) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(needle in path.read_bytes() for needle in needles)]


def test_look_alikes_share_tastes(retrieval: Retrieval, customers: list[CustomerProfile]) -> None:
    retrieval.index_profiles(customers)
    hits = retrieval.look_alikes("ann", k=3)
    assert [hit.id for hit in hits[:2]] == ["bob", "cat"]
    assert hits[0].score == pytest.approx(1.0, abs=1e-4)
    assert "ann" not in {hit.id for hit in retrieval.look_alikes("ann", k=99)}
    with pytest.raises(NotFound, match="zoe"):
        retrieval.look_alikes("zoe")


def test_only_traits_are_embedded_and_only_once(
    retrieval: Retrieval, customers: list[CustomerProfile], embedder
) -> None:
    many = [*customers, *(profile(f"like-ann-{n}", "tents", "packs") for n in range(50))]
    assert retrieval.index_profiles(many).embedded == len(set(embedder.embedded)) < 20
    embedder.embedded.clear()
    assert retrieval.index_profiles(many).unchanged == len(many)
    assert embedder.embedded == []


def test_a_forgotten_customer_leaves_no_byte(
    home: Settings, retrieval: Retrieval, customers: list[CustomerProfile]
) -> None:
    retrieval.index_profiles(customers)
    records, generation = retrieval._profiles._read()
    record = records["eve"]
    vector = retrieval._profiles._collection(generation).vectors([record])[record]
    traces = (b'"eve"', record.encode(), vector.tobytes()[:32])
    assert bytes_under(home.chroma_dir, *traces)
    assert retrieval.forget("eve") == 1
    assert bytes_under(home.chroma_dir, *traces) == []
    assert {hit.id for hit in retrieval.look_alikes("ann", k=9)} == {"bob", "cat", "dan"}
    assert retrieval.forget("eve") == 0


def test_a_shared_record_outlives_one_of_its_customers(retrieval: Retrieval, customers: list[CustomerProfile]) -> None:
    retrieval.index_profiles(customers)
    retrieval.forget("ann")
    assert retrieval.look_alikes("bob", k=1)[0].id == "cat"


def test_forgetting_is_seen_by_another_opener(
    home: Settings, retrieval: Retrieval, customers: list[CustomerProfile], embedder
) -> None:
    other = open_retrieval(home, embedder)
    retrieval.index_profiles(customers)
    assert other.look_alikes("ann", k=1)[0].id == "bob"
    retrieval.forget("dan")
    assert {hit.id for hit in other.look_alikes("ann", k=9)} == {"bob", "cat", "eve"}
    other.close()


def test_those_not_given_again_are_gone(home: Settings, retrieval: Retrieval, customers: list[CustomerProfile]) -> None:
    retrieval.index_profiles(customers)
    assert retrieval.index_profiles(customers[:2]).deleted == 3
    assert [hit.id for hit in retrieval.look_alikes("ann", k=9)] == ["bob"]
    assert bytes_under(home.chroma_dir, b"dan") == []


def test_products_follow_the_favourite_category(retrieval: Retrieval, catalogue: list[Product]) -> None:
    retrieval.index_products(catalogue)
    assert [hit.id for hit in retrieval.products_for_profile(profile("x", "footwear"), k=1)] == ["BOOT-1"]
    tents = [hit.id for hit in retrieval.products_for_profile(profile("x", "tents", band="premium"), k=2)]
    assert tents == ["TENT-1", "TENT-2"]
    assert retrieval.products_for_profile(profile("x")) == []


def test_the_last_product_bought_is_not_shown_again(retrieval: Retrieval, catalogue: list[Product]) -> None:
    retrieval.index_products(catalogue)
    bought = CustomerProfile("x", favourite_categories=("kitchen",), last_product_id="MUG-1")
    assert "MUG-1" not in {hit.id for hit in retrieval.products_for_profile(bought)}


def test_a_blend_has_length_one() -> None:
    made = blend([(np.array([1.0, 0.0], np.float32), 2.0), (np.array([0.0, 1.0], np.float32), 1.0)])
    assert np.linalg.norm(made) == pytest.approx(1.0)
    assert made[0] == pytest.approx(2 * made[1])
