"""One source as examples: a shop of ours by name, a shop's folder, a file of messages, of pairs or of copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from core.errors import UserError
from finetune.corpus import CORPORA, ShopCorpus, read_corpus
from finetune.data.chat_rows import chat_example, completion_example, format_of_fields
from finetune.data.copy_table import CopyTable, read_copy_table
from finetune.data.findings import Place, Problem
from finetune.data.known_shop import KnownShop, shop_of
from finetune.data.leakage import HELD_OUT_SHOPS
from finetune.data.personal_data import own_contacts
from finetune.data.raw_rows import RawRow, ending, raw_rows
from finetune.data.sourced import Sourced
from finetune.examples import examples
from finetune.row_checks import problems as row_problems

Format = Literal["shop", "chat", "completion", "copy"]
FORMATS: tuple[Format, ...] = get_args(Format)
LICENCE_OF_OURS = "Apache-2.0"
LICENCE_OF_YOURS = "the owner's; not stated"


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    format: str
    rows: int
    """examples that were read from it"""
    licence: str


@dataclass(frozen=True, slots=True)
class ReadSource:
    """`advice` is what production would not let through; it is learned from all the same. `contacts` may be learned."""

    source: Source
    rows: tuple[Sourced, ...]
    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...] = ()
    contacts: str = ""
    ours: bool = False
    """a corpus of Hawker's own, in which everybody is invented"""


def read_source(source: str | Path, loaded: KnownShop, format: Format | None = None) -> ReadSource:
    """Everything in one source. What cannot be learned from is in `problems`; nothing is raised for it."""
    path = CORPORA / str(source) if _is_ours(source) else Path(source)
    try:
        if path.resolve().is_relative_to(HELD_OUT_SHOPS.resolve()):
            return _refused(source, "is held out: nothing may be trained on what we are graded with", "choose another")
        if path.is_dir():
            return _shop_folder(path)
        if not path.is_file():
            ours = ", ".join(sorted(one.name for one in CORPORA.iterdir() if one.is_dir()))
            return _refused(source, "is not there", f"name a file, a shop's folder, or one of {ours}")
        return _file(path, loaded, format)
    except UserError as error:
        return _refused(source, str(error), "")


def _is_ours(source: str | Path) -> bool:
    return not Path(source).exists() and len(Path(source).parts) == 1 and (CORPORA / str(source)).is_dir()


def _refused(source: str | Path, reason: str, fix: str) -> ReadSource:
    name = str(source)
    return ReadSource(Source(name, "", 0, ""), (), (Problem(Place(name), "", reason, fix),))


def _shop_folder(folder: Path) -> ReadSource:
    if not (folder / "rows").is_dir():
        return _refused(folder, "has no rows/", "name the files to learn from, or write rows as in finetune/corpora")
    shop = read_corpus(folder)
    if strangers := _of_no_product(shop):
        return ReadSource(Source(shop.name, "shop", 0, ""), (), strangers)
    rows = tuple(Sourced(one, Place(one.id), "shop") for one in examples(shop))
    ours = folder.resolve().is_relative_to(CORPORA.resolve())
    return ReadSource(
        source=Source(shop.name, "shop", len(rows), LICENCE_OF_OURS if ours else LICENCE_OF_YOURS),
        rows=rows,
        problems=(),
        advice=() if ours else _advice(shop, {}),
        contacts=own_contacts(shop.brand),
        ours=ours,
    )


def _of_no_product(shop: ShopCorpus) -> tuple[Problem, ...]:
    named = [*((ad.id, ad.product) for ad in shop.ads), *((mail.id, mail.product) for mail in shop.emails)]
    return tuple(
        Problem(Place(f"{shop.name}/{id_}"), "product", f"{product!r} is unknown", "name one of its products")
        for id_, product in named
        if product not in shop.products
    )


def _file(path: Path, loaded: KnownShop, format: Format | None) -> ReadSource:
    read = list(raw_rows(path))
    rows = [row for row in read if isinstance(row, RawRow)]
    broken = [one for one in read if isinstance(one, Problem)]
    if not read:
        return _refused(path, "holds no rows", "write some")
    known = shop_of(path, loaded)
    found = format or _format(path, rows)
    if found is None and not broken:
        return _refused(path, "is of no known format", "give its rows `messages`, or `prompt` and `completion`")
    if found == "copy":
        table = read_copy_table(rows, path.stem, known)
        made = [Sourced(one, _place(one.id, table), "copy") for one in examples(table.shop)]
        problems = (*broken, *table.problems)
        advice = _advice(table.shop, table.places)
    else:
        taken = [completion_example(row) if found == "completion" else chat_example(row) for row in rows]
        made = [one for one in taken if isinstance(one, Sourced)]
        problems, advice = (*broken, *(one for one in taken if isinstance(one, Problem))), ()
    problems = tuple(sorted(problems, key=lambda problem: problem.place.line))
    return ReadSource(_source(path, found or "", len(made)), tuple(made), problems, advice, own_contacts(known.brand))


def _source(path: Path, format: str, rows: int) -> Source:
    return Source(path.name, format, rows, LICENCE_OF_YOURS)


def _format(path: Path, rows: Sequence[RawRow]) -> Format | None:
    """A table holds copy; what JSON holds is seen by the first row that says."""
    if ending(path) in (".csv", ".tsv"):
        fields = rows[0].fields if rows else {}
        return format_of_fields({name: 1 for name in fields if name in ("prompt", "completion")}) or "copy"
    said = (format_of_fields(row.fields) for row in rows)
    return next((one for one in said if one), None)


def _place(id_: str, table: CopyTable) -> Place:
    return table.places[id_.split("/")[1]]


def _advice(shop: ShopCorpus, places: dict[str, Place]) -> tuple[Problem, ...]:
    """What production's checks say of the rows: a model learns what its rows do."""
    found = row_problems(shop)
    return tuple(
        Problem(places.get(one.row, Place(f"{shop.name}/{one.row}")), one.field, one.why, "serving would refuse it")
        for one in found
        if not (places and one.field.endswith(".fact"))
    )
