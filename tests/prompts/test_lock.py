"""A text may not change under its version."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import UserError
from prompts import library
from prompts.lock import differences, update_lock

Write = Callable[[int, str], tuple[Path, Path]]
TEXT = "---\nversion: {version}\n---\n# user\n{body}\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    (tmp_path / "t").mkdir()

    def put(version: int, body: str) -> tuple[Path, Path]:
        (tmp_path / "t" / "x.en.md").write_text(TEXT.format(version=version, body=body))
        library._load.cache_clear()
        return tmp_path, tmp_path / "LOCK.json"

    return put


def test_a_new_text_needs_a_new_version(write: Write) -> None:
    folder, lock = write(1, "Hello")
    assert update_lock(folder, lock) == ["t/x.en"]
    assert differences(folder, lock) == []
    write(1, "Hullo")
    assert differences(folder, lock) == ["t/x.en"]
    with pytest.raises(UserError, match="version"):
        update_lock(folder, lock)
    write(2, "Hullo")
    assert update_lock(folder, lock) == ["t/x.en"]
    assert differences(folder, lock) == []


def test_a_prompt_that_is_gone_leaves_the_lock(write: Write) -> None:
    folder, lock = write(1, "Hello")
    update_lock(folder, lock)
    (folder / "t" / "x.en.md").unlink()
    assert update_lock(folder, lock) == ["t/x.en"]
    assert lock.read_text() == "{}\n"
