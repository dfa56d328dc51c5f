"""Products: their facts, search over them, and past copy."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from core.facts import Fact
from core.shop import Product, Variant
from retrieval.facts import format_amount, product_facts
from retrieval.opening import Retrieval


def test_facts_carry_their_source(catalogue: list[Product]) -> None:
    facts = product_facts(catalogue[0], "en")
    assert facts == tuple(
        Fact(key, value, "product:TENT-1")
        for key, value in [
            ("name", "Ridge Tent"),
            ("brand", "Hill"),
            ("category", "outdoor > tents"),
            ("price", "199.00"),
            ("currency", "USD"),
            ("material", "nylon"),
            ("description", "A fine ridge tent for long walks."),
            ("description", "It lasts."),
        ]
    )


def test_variants_give_a_range_and_options(catalogue: list[Product]) -> None:
    variants = (
        Variant("1", {"color": "red", "size": "L"}, Decimal("10")),
        Variant("2", {"color": "blue", "size": "L"}, Decimal("12.5")),
    )
    facts = {fact.key: fact.value for fact in product_facts(replace(catalogue[0], variants=variants), "en")}
    assert (facts["price_from"], facts["price_to"]) == ("10.00", "12.50")
    assert "price" not in facts
    assert (facts["color"], facts["size"]) == ("red, blue", "L")


def test_facts_without_price_or_language(catalogue: list[Product]) -> None:
    bare = Product("X", {"en": "Thing"})
    assert product_facts(bare, "zh") == (Fact("name", "Thing", "product:X"),)


def test_amounts() -> None:
    shown = [format_amount(Decimal(text)) for text in ("79", "0.5", "1E+3", "3.999", "19.90")]
    assert shown == ["79.00", "0.50", "1000.00", "3.999", "19.90"]


def test_search_names_each_product_once(retrieval: Retrieval, catalogue: list[Product]) -> None:
    retrieval.index_products(catalogue)
    hits = retrieval.search_products("dome tent for long walks", k=10)
    assert hits[0].id == "TENT-2"
    assert len({hit.id for hit in hits}) == len(hits) == 4


def test_past_copy_prefers_segment_and_product(retrieval: Retrieval, catalogue: list[Product]) -> None:
    assert retrieval.best_past_copy(catalogue[0], "loyal", "en") == []
    retrieval.remember_copy("g1", "TENT-2", "loyal", "A tent for loyal walkers.")
    retrieval.remember_copy("g2", "MUG-1", "lost", "A mug that stays warm.")
    retrieval.remember_copy("g3", "MUG-1", "lost", "A mug that stays warm.")
    found = retrieval.best_past_copy(catalogue[0], "loyal", "en", k=5)
    assert [(copy.generation_key, copy.product_id) for copy in found] == [("g1", "TENT-2"), ("g2", "MUG-1")]
    assert retrieval.best_past_copy(catalogue[0], "loyal", "zh") == []
