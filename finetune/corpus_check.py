"""Check one shop of a corpus, or all: `python -m finetune.corpus_check [FOLDER ...]`. Exit status 3 where a row fails.

Prints every problem, then what the rows are made of. Knows nothing of training.
"""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.desk.hearing import HANDOFF
from core.errors import HawkerError
from evals.likeness import distinct
from finetune.corpus import CORPORA, ShopCorpus, read_corpus
from finetune.likeness import nearest, twins
from finetune.row_checks import Problem, problems, strange_words


def answers(shop: ShopCorpus) -> Iterator[tuple[str, str]]:
    """(id of the row and part, text) of everything that a model would learn to say."""
    for ad in shop.ads:
        yield from ((f"{ad.id} {number} {line.part}", line.text) for number, line in enumerate(ad.lines))
    for mail in shop.emails:
        parts = mail.parts
        yield from ((f"{mail.id} {name}", getattr(parts, name)) for name in ("subject", "opening", "pitch", "closing"))
    yield from ((turn.id, turn.answer) for turn in shop.support if turn.answer != HANDOFF)


def check(shop: ShopCorpus) -> list[Problem]:
    """Problems of single rows, rows with one id, and texts that are nearly the same."""
    found = list(problems(shop))
    ids = Counter(row.id for rows in (shop.ads, shop.emails, shop.support) for row in rows)
    found += [Problem(id_, "id", id_, f"{count} rows have this id") for id_, count in ids.items() if count > 1]
    found += [Problem(one, "text", text, f"nearly the same as {other}") for one, other, text in twins(answers(shop))]
    return found


def summary(shop: ShopCorpus) -> str:
    """What the rows of `shop` are made of, on a few lines."""
    languages = [row.language for row in shop.ads]
    languages += [row.language for row in shop.emails] + [row.language for row in shop.support]
    unanswered = sum(turn.answer == HANDOFF for turn in shop.support)
    followed = sum(bool(turn.history) for turn in shop.support)
    lines = [
        f"{shop.name}: {len(shop.products)} products, {len(shop.documents)} articles",
        f"  ads {len(shop.ads)}, lines {sum(len(ad.lines) for ad in shop.ads)}: {_counts(a.channel for a in shop.ads)}",
        f"  ads by segment: {_counts(ad.segment or '-' for ad in shop.ads)}",
        f"  e-mails {len(shop.emails)}: {_counts(mail.sentiment for mail in shop.emails)}",
        f"  support {len(shop.support)}: {_counts(turn.kind for turn in shop.support)}",
        f"  handed off {unanswered}; with history {followed}; moods: {_counts(turn.mood for turn in shop.support)}",
        f"  Chinese: {languages.count('zh')} of {len(languages)}",
    ]
    return "\n".join(lines)


def variety(shops: Sequence[ShopCorpus]) -> str:
    """How unlike each other the answers of all `shops` are."""
    texts = [text for shop in shops for _, text in answers(shop)]
    near = sorted(nearest(texts))
    middle, high = statistics.median(near), near[int(0.95 * len(near))]
    return (
        f"{len(texts)} texts: distinct-1 {distinct(texts, 1):.3f}, distinct-2 {distinct(texts, 2):.3f}, "
        f"distinct-3 {distinct(texts, 3):.3f}; likeness to the nearest: median {middle:.2f}, 95th percentile {high:.2f}"
    )


def _counts(names: Iterator[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in Counter(names).most_common())


def main(arguments: Sequence[str]) -> int:
    folders = [Path(one) for one in arguments] or sorted(path for path in CORPORA.iterdir() if path.is_dir())
    wrong, shops = 0, []
    for folder in folders:
        try:
            shop = read_corpus(folder)
        except HawkerError as error:
            print(error, file=sys.stderr)
            return error.exit_status
        shops.append(shop)
        found = check(shop)
        wrong += len(found)
        print(*found, summary(shop), sep="\n")
        strange = strange_words(shop) if not found else []
        print(f"  words for you to judge (a scene's are fine, a product's are not): {_counts(w for w, _ in strange)}")
        print(f"  problems: {len(found)}")
    print(variety(shops))
    return 3 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
