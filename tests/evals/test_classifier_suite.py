"""The classifier suite on a made-up set in a public one's format, and the parts that it is put together from."""

from __future__ import annotations

import csv
import hashlib
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import UserError
from evals.classifier_data import part_of, read_set
from evals.classifier_sources import SOURCES
from evals.classifier_suite import main, run
from evals.held_out.counts import wilson
from evals.vector_cache import PORTION, CachedEmbedder
from insight.reading.heads import STRANGE
from insight.reading.intents import INTENTS

WORDS = {"refund": "money back return", "track": "where parcel late", "size": "fit small large"}


class WordEmbedder:
    """A text's vector is the sum of its words' random directions."""

    name = "words"
    dimension = 32

    def __init__(self) -> None:
        self.asked = 0

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        self.asked += len(texts)
        rows = [sum((self._direction(word) for word in text.split()), np.zeros(32)) for text in texts]
        return np.asarray(np.stack(rows) / 6, np.float32)

    def _direction(self, word: str) -> NDArray[np.float64]:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
        return np.random.default_rng(seed).standard_normal(32)


def spoken(words: str, count: int, seed: int) -> list[str]:
    drawn = random.Random(seed)
    fill = ["please", "could", "you", "tell", "me", "something", "about", "this", "today"]
    return [" ".join([*drawn.choices(words.split(), k=2), *drawn.sample(fill, 3), f"n{n}"]) for n in range(count)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """CLINC150's layout, with three intents and some strangers of our own."""
    pairs = [[text, label] for label, words in WORDS.items() for text in spoken(words, 150, len(label))]
    strangers = [[text, "oos"] for text in spoken("zebra haiku moon volcano", 40, 9)]
    path = tmp_path / SOURCES["clinc150"].file
    path.parent.mkdir()
    path.write_text(json.dumps({"train": pairs[::2], "val": pairs[1::2], "oos_train": strangers, "oos_val": []}))
    return tmp_path


def test_a_head_that_learns_meets_what_is_wanted_and_leaves_its_report(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    report = run(WordEmbedder(), data, out, ["clinc150"])
    (result,) = report.results
    assert result.accuracy > 0.95
    assert (result.strangers, result.classes) == (40, tuple(sorted(WORDS)))
    assert result.strangers_told is not None
    assert result.strangers_told > 0.9
    assert sum(map(sum, result.confusion)) == result.tested == sum(one.rows for one in result.bins if one)
    kept = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert kept["results"][0]["accuracy"] == result.accuracy
    assert f"| clinc150 | {result.learnt + result.calibrated} / {result.tested} |" in report.to_markdown()
    for plot in ("confusion", "reliability"):
        assert (out / f"clinc150-{plot}.png").read_bytes().startswith(b"\x89PNG")


def test_labels_that_say_nothing_are_not_met(data: Path, tmp_path: Path) -> None:
    path = data / SOURCES["clinc150"].file
    found = json.loads(path.read_text())
    labels = [label for _, label in found["train"]]
    random.Random(0).shuffle(labels)
    found["train"] = [[text, label] for (text, _), label in zip(found["train"], labels, strict=True)]
    path.write_text(json.dumps(found))
    report = run(WordEmbedder(), data, tmp_path / "report", ["clinc150"])
    assert not report.met
    assert not json.loads(report.to_json())["met"]


def test_out_of_scope_can_be_a_class_that_is_learnt(data: Path) -> None:
    given = read_set("clinc150-taught", data)
    assert STRANGE in {row.label for row in given.learn}
    assert not given.strangers


def test_our_own_rows_are_judged_without_public_data(tmp_path: Path) -> None:
    given = read_set("hawker-intent", tmp_path)
    assert {row.label for row in given.learn} == set(INTENTS)
    assert any(row.text.isascii() for row in given.test)
    assert not all(row.text.isascii() for row in given.test)


def test_equal_texts_never_fall_into_two_parts() -> None:
    assert part_of("Where's my card?") == part_of("wheres my CARD")
    parts = [part_of(f"text number {n}") for n in range(4000)]
    shares = [parts.count(part) / 4000 for part in ("learn", "calibrate", "test")]
    assert shares == pytest.approx([0.7, 0.1, 0.2], abs=0.03)


def test_some_rows_are_the_same_rows_at_every_run(tmp_path: Path) -> None:
    path = tmp_path / SOURCES["waimai"].file
    path.parent.mkdir()
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["label", "review"])
        rows.writerows([n % 2, f"第{n}次点餐，味道不错"] for n in range(200))
    given = read_set("waimai", tmp_path, most=50)
    assert given == read_set("waimai", tmp_path, most=50)
    assert len(given.learn) + len(given.calibrate) + len(given.test) == 50


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="set: got 'unheard'"):
        read_set("unheard", tmp_path)
    with pytest.raises(UserError, match=r"banking77/train\.csv"):
        read_set("banking77", tmp_path)


def test_no_data_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HAWKER_DATA", raising=False)
    monkeypatch.setattr("evals.classifier_suite.kept_embedder", WordEmbedder)
    assert main(["--out", str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert "HAWKER_DATA" in printed.err


def test_vectors_are_kept_and_damaged_ones_made_again(tmp_path: Path) -> None:
    texts = [f"parcel {n}" for n in range(PORTION + 5)]
    first = CachedEmbedder(WordEmbedder(), tmp_path).embed(texts, "query")
    true = WordEmbedder()
    again = CachedEmbedder(true, tmp_path)
    assert np.array_equal(again.embed(texts, "query"), first)
    assert true.asked == 0
    assert np.allclose(first, true.embed(texts, "query"), atol=2e-3)
    true.asked = 0
    for path in tmp_path.glob("*.npz"):
        path.write_bytes(path.read_bytes()[:100])
    assert np.array_equal(again.embed(texts, "query"), first)
    assert true.asked == len(texts)
    again.embed(texts[:1], "passage")
    assert true.asked == len(texts) + 1


def test_the_interval_holds_at_the_edges() -> None:
    low, high = wilson(50, 50)
    assert 0.9 < low < high <= 1.0
    assert wilson(50, 100) == pytest.approx((0.404, 0.596), abs=0.001)
