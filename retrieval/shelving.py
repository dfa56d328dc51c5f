"""From documents and products to records: what is stored for a passage, what is embedded, and in which collection.

Collections are `knowledge.<language>.customer`, `knowledge.<language>.staff` and `products.<language>`. What only
staff may read lies apart, so that no forgotten filter can show it to a customer. Each knowledge collection has another
of its single sentences, `sentences.knowledge...`: one sentence near the question says more than a passage near it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.shop import Document, Product
from retrieval.chunks import Chunk, chunk_document, heading_path
from retrieval.facts import format_amount, options_of, price_range
from retrieval.ingest import Record
from retrieval.sentences import sentences
from retrieval.vectors import Row, Scalar

SENTENCE_MARK = "~"

Shelves = dict[str, list[Record]]
"""collection name -> its records"""


def knowledge_shelf(language: str, audience: str) -> str:
    return f"knowledge.{language.lower()}.{audience}"


def sentence_shelf(passages: str) -> str:
    return f"sentences.{passages}"


def product_shelf(language: str) -> str:
    return f"products.{language.lower()}"


def document_records(documents: Iterable[Document]) -> Shelves:
    """One record a passage. Its id is the document's with the passage's number."""
    shelves: Shelves = {}
    for document in documents:
        audience = "staff" if document.visibility == "staff" else "customer"
        records = shelves.setdefault(knowledge_shelf(document.language, audience), [])
        source = f"document:{document.id}"
        for number, chunk in enumerate(chunk_document(document)):
            records.append(_record(source, number, document.title, document.language, chunk))
    return shelves


def sentence_records(shelves: Shelves) -> Shelves:
    """One record for each sentence of every passage that has several; its id is the passage's, `~` and its number."""
    split: Shelves = {}
    for name, records in shelves.items():
        target = split.setdefault(sentence_shelf(name), [])
        for record in records:
            parts = sentences(record.row.text)
            for number, part in enumerate(parts if len(parts) > 1 else ()):
                row = Row(f"{record.row.id}{SENTENCE_MARK}{number}", "", {"language": record.row.metadata["language"]})
                target.append(Record(row, f"{record.row.metadata['title']}\n{part}"))
    return split


def product_records(products: Sequence[Product]) -> Shelves:
    """Per language: one record of the product's facts, then its description in passages."""
    bands = price_bands(products)
    shelves: Shelves = {}
    for product in products:
        for language in sorted({*product.name, *product.description} or {"en"}):
            records = shelves.setdefault(product_shelf(language), [])
            records += _of_product(product, language, bands.get(product.id, ""))
    return shelves


def price_bands(products: Sequence[Product]) -> dict[str, str]:
    """product id -> `budget`, `middle` or `premium`: thirds of this shop's lowest prices."""
    priced = sorted((span[0], product.id) for product in products if (span := price_range(product)))
    names = ("budget", "middle", "premium")
    return {key: names[min(rank * 3 // len(priced), 2)] for rank, (_, key) in enumerate(priced)}


def _of_product(product: Product, language: str, band: str) -> list[Record]:
    source, title = f"product:{product.id}", product.named(language)
    described = Document(product.id, title, product.described(language), language)
    chunks = [Chunk(_facts_text(product, language), 0, ()), *chunk_document(described)]
    extra = {"category": " > ".join(product.category), "band": band}
    return [_record(source, number, title, language, chunk, extra) for number, chunk in enumerate(chunks)]


def _facts_text(product: Product, language: str) -> str:
    """The record as lines of `name: value`, for the search and for the answer alike."""
    labels = {"zh": ("品牌", "类别", "价格")}.get(language, ("Brand", "Category", "Price"))
    span = price_range(product)
    money = "" if span is None else " - ".join(dict.fromkeys(format_amount(price) for price in span))
    price = f"{money} {product.currency or ''}".strip() if money else ""
    values = (product.brand or "", " > ".join(product.category), price)
    pairs = [*zip(labels, values, strict=True), *product.attributes_in(language).items()]
    pairs += [(name, ", ".join(options)) for name, options in options_of(product).items()]
    return "\n".join([product.named(language), *(f"{name}: {value}" for name, value in pairs if value)])


def _record(
    source: str, number: int, title: str, language: str, chunk: Chunk, extra: dict[str, str] | None = None
) -> Record:
    path = heading_path(title, chunk)
    metadata: dict[str, Scalar] = {
        "source": source,
        "title": path,
        "language": language,
        "start": chunk.start,
        **(extra or {}),
    }
    row = Row(f"{source}#{number}", chunk.text, metadata)
    return Record(row, indexed_text(row))


def indexed_text(passage: Row) -> str:
    """What is embedded, and indexed by words: headings too, which often name what a passage only refers to."""
    path = str(passage.metadata["title"])
    return f"{path}\n{passage.text}" if path else passage.text
