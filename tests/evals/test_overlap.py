"""BLEU and ROUGE by hand on texts small enough to count, and what attribute copy is read from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import UserError
from evals.attribute_copy import FILE, AttributeCopy, coverage, parted, read_attribute_copy
from evals.overlap import characters, chinese_words, overlap

PERSON = "白色的衬衫很百搭"


def test_a_person_s_own_text_has_everything() -> None:
    found = overlap([PERSON], [PERSON], characters)
    assert (found.bleu_4, found.rouge_1, found.rouge_2, found.rouge_l) == pytest.approx((100, 100, 100, 100))


def test_a_text_of_other_characters_has_nothing() -> None:
    found = overlap(["黑裤"], [PERSON], characters)
    assert (found.rouge_1, found.rouge_2, found.rouge_l) == (0, 0, 0)


def test_rouge_is_counted_as_by_hand() -> None:
    """2 of 2 characters of the text, 2 of 4 of the person's: F = 2 * 1 * 0.5 / 1.5. No pair is shared; the longest
    common subsequence is one character."""
    found = overlap(["乙甲"], ["甲丙丁乙"], characters)
    assert found.rouge_1 == pytest.approx(200 / 3)
    assert found.rouge_2 == 0
    assert found.rouge_l == pytest.approx(100 / 3)


def test_figures_are_means_over_pairs() -> None:
    found = overlap([PERSON, "黑裤"], [PERSON, PERSON], characters)
    assert found.rouge_1 == pytest.approx(50)


def test_words_are_fewer_than_characters_and_lose_nothing() -> None:
    words = chinese_words(PERSON)
    assert len(words) < len(characters(PERSON))
    assert "".join(words) == PERSON


SHIRT = AttributeCopy((("类型", "衬衫"), ("颜色", "白色"), ("风格", "简约")), PERSON)


def test_coverage_is_the_share_of_values_that_are_named() -> None:
    assert coverage([SHIRT], [PERSON]) == pytest.approx(2 / 3)
    assert coverage([SHIRT, SHIRT], [PERSON, ""]) == pytest.approx(1 / 3)


def test_rows_are_read_and_parted_the_same_way_each_time(tmp_path: Path) -> None:
    rows = [{"content": f"类型#衣{n}*颜色#白色", "summary": f"第{n}件<UNK>"} for n in range(9)]
    (tmp_path / "adgen").mkdir()
    (tmp_path / FILE).write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    read = read_attribute_copy(tmp_path)
    assert read[0] == AttributeCopy((("类型", "衣0"), ("颜色", "白色")), "第0件")
    assert read[0].told == "类型：衣0\n颜色：白色"
    learned, tested = parted(read, 3)
    assert (len(learned), len(tested)) == (6, 3)
    assert not {row.copy for row in learned} & {row.copy for row in tested}
    assert parted(read[::-1], 3) == (learned, tested)


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="adgen"):
        read_attribute_copy(tmp_path)
