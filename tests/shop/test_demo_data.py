"""The written part of the demo shop: complete in both languages, and telling the same figures in both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from core.language import LANGUAGES
from core.shop import Brand, Product
from shop.demo.catalogue import DATA, demo_products, home_category

ARTICLES = sorted(file.name for file in (DATA / "knowledge" / "en").glob("*.md"))
FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n\n(.*)", re.DOTALL)
FIGURE = re.compile(r"\d+(?:[.:]\d+)*")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def read_article(language: str, name: str) -> tuple[dict[str, str], str]:
    match = FRONT_MATTER.fullmatch((DATA / "knowledge" / language / name).read_text(encoding="utf-8"))
    assert match is not None, f"{language}/{name} has no front matter"
    return yaml.safe_load(match[1]), match[2]


def figures(text: str) -> set[str]:
    return set(FIGURE.findall(text.replace(",", "")))


def test_brand_is_a_brand() -> None:
    row = yaml.safe_load((DATA / "BRAND.yaml").read_text(encoding="utf-8"))
    brand = Brand(**row)
    assert set(brand.voice) == set(brand.languages) == set(LANGUAGES)
    assert not set(brand.words_to_use) & set(brand.words_to_avoid)


def test_there_are_sixty_products_in_a_dozen_categories() -> None:
    products = demo_products()
    assert len({product.id for product in products}) == len(products) == 60
    assert len({home_category(product) for product in products}) >= 10
    variants = [variant.id for product in products for variant in product.variants]
    assert len(set(variants)) == len(variants)


@pytest.mark.parametrize("product", demo_products(), ids=lambda product: product.id)
def test_product_is_complete_in_both_languages(product: Product) -> None:
    assert set(product.name) == set(product.description) == set(product.attributes) == set(LANGUAGES)
    assert CHINESE.search(product.name["zh"])
    assert CHINESE.search(product.description["zh"])
    assert not CHINESE.search(product.name["en"] + product.description["en"])
    assert 5 <= len(product.attributes["en"]) == len(product.attributes["zh"]) <= 8
    assert product.price is not None
    assert product.price > 0
    assert product.currency == "USD"
    assert product.category
    assert product.brand
    assert product.url


@pytest.mark.parametrize("product", demo_products(), ids=lambda product: product.id)
def test_stock_is_that_of_the_variants(product: Product) -> None:
    for variant in product.variants:
        assert variant.price is not None
        assert variant.price > 0
        assert variant.available == (variant.stock != 0)
    if product.variants:
        assert product.stock == sum(variant.stock or 0 for variant in product.variants)


@pytest.mark.parametrize("product", demo_products(), ids=lambda product: product.id)
def test_measures_agree_between_languages(product: Product) -> None:
    """Every measured figure of the Chinese facts stands among the English ones; small counts may be words in one."""
    english = figures(" ".join([product.description["en"], *product.attributes["en"].values(), product.name["en"]]))
    chinese = figures(" ".join([product.description["zh"], *product.attributes["zh"].values(), product.name["zh"]]))
    assert {figure for figure in english ^ chinese if len(figure) > 1} == set()


def test_there_are_enough_articles_of_each_kind() -> None:
    visibilities = [read_article("en", name)[0]["visibility"] for name in ARTICLES]
    assert visibilities.count("public") == 25
    assert visibilities.count("desk") == 2
    assert visibilities.count("staff") == 1


def test_every_article_has_its_twin() -> None:
    assert sorted(file.name for file in (DATA / "knowledge" / "zh").glob("*.md")) == ARTICLES


@pytest.mark.parametrize("name", ARTICLES)
def test_twins_state_the_same_figures(name: str) -> None:
    (english, english_text), (chinese, chinese_text) = read_article("en", name), read_article("zh", name)
    assert figures(english_text) == figures(chinese_text)
    assert english["visibility"] == chinese["visibility"]
    assert english_text.count("\n## ") == chinese_text.count("\n## ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ARTICLES)
def test_article_is_labelled_and_of_readable_length(name: str, language: str) -> None:
    front, text = read_article(language, name)
    assert front["id"] == f"{Path(name).stem}.{language}"
    assert front["language"] == language
    assert front["title"]
    length = len(text.split()) if language == "en" else len(CHINESE.findall(text))
    assert 120 <= length <= 450
    assert bool(CHINESE.search(text)) == (language == "zh")


def test_prices_named_in_articles_are_the_catalogues() -> None:
    """The delivery charge and the workshop's prices are named in several articles; they must not drift apart."""
    for language in LANGUAGES:
        texts = {name: read_article(language, name)[1] for name in ARTICLES}
        for figure, names in {
            "6.95": ["shipping.md", "order-changes.md", "repairs.md"],
            "14.95": ["shipping.md", "late-delivery.md"],
            "85": ["repairs.md", "care-boots.md"],
            "35": ["repairs.md", "care-down.md"],
            "555 0142": ["contact.md"],
        }.items():
            for name in names:
                assert figure in texts[name], f"{language}/{name} does not say {figure}"
