"""Two small catalogues whose matches, prices, gaps and claims are known."""

from __future__ import annotations

from decimal import Decimal

from core.shop import Product
from insight.market.comparing import compare
from tests.insight.conftest import WordEmbedder

THINGS = ("alpine tent", "trail stove", "down quilt", "wool socks", "river dry bag", "camp lantern")


def _product(id: str, name: str, price: str, category: str = "Outdoor", text: str = "") -> Product:
    return Product(id, {"en": name}, {"en": text}, category=("All", category), price=Decimal(price), currency="USD")


def _ours() -> list[Product]:
    return [_product(f"o{at}", name, "12.00", text="Sewn with care in our workshop.") for at, name in enumerate(THINGS)]


def _theirs() -> list[Product]:
    same = [_product(f"t{at}", name, "10.00", text="Comes with a lifetime warranty.") for at, name in enumerate(THINGS)]
    return [*same, _product("t-kayak", "inflatable kayak paddle", "300", "Boats", "With a lifetime warranty.")]


def test_equal_names_match_and_tell_the_price(words: WordEmbedder) -> None:
    found = compare("rival", _ours(), _theirs(), words)
    assert {(match.ours, match.theirs) for match in found.matches} == {(f"o{at}", f"t{at}") for at in range(6)}
    assert [(place.category, round(place.ratio, 2)) for place in found.prices] == [("all", 1.2), ("All", 1.2)]


def test_what_we_lack_and_do_not_say_is_told(words: WordEmbedder) -> None:
    found = compare("rival", _ours(), _theirs(), words)
    assert [(gap.category, gap.missing, gap.examples) for gap in found.gaps] == [("Boats", 1, ("t-kayak",))]
    assert "lifetime warranty" in {claim.words for claim in found.claims}
    assert all(claim.theirs > claim.ours for claim in found.claims)


def test_packs_of_other_sizes_and_other_currencies_are_not_compared(words: WordEmbedder) -> None:
    pegs = _product("o", "tent pegs 3", "5")
    assert compare("rival", [pegs], [_product("t", "tent pegs 12", "9")], words).matches == ()
    (match,) = compare(
        "rival", [pegs], [Product("t", {"en": "tent pegs 3"}, category=("All", "Outdoor"))], words
    ).matches
    assert match.price_ratio is None


def test_an_empty_catalogue_compares_to_nothing(words: WordEmbedder) -> None:
    assert compare("rival", [], _theirs(), words).matches == ()
