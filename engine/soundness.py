"""Are the weights what was installed? Compared with the sha256 in the model folder's manifest when an engine opens.

About a third of a second for 100 MB, beside the loading itself. `hawker models verify` does the same for every file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from core.errors import CorruptWeights

_MANIFEST = "manifest.json"  # read directly: engine.shelf brings the settings and pydantic along
_WEIGHTS = frozenset({".gguf", ".safetensors"})


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_sound(path: Path) -> None:
    """Raise `CorruptWeights` where `path` is not what its folder's manifest says; unlisted files pass."""
    expected = _recorded(path.parent).get(path.name)
    if expected is not None and sha256_of(path) != expected:
        raise CorruptWeights(f"{path} is corrupted (its sha256 is not the recorded one); pull the model again")


@contextmanager
def sound_weights(folder: Path) -> Iterator[None]:
    """Check all weights of `folder` while the body loads them. Corruption is told rather than what it led to."""
    paths = [path for path in sorted(folder.iterdir()) if path.suffix in _WEIGHTS]
    with ThreadPoolExecutor(1) as pool:
        checks = [pool.submit(require_sound, path) for path in paths]
        try:
            yield
        finally:
            for check in checks:
                check.result()


def _recorded(folder: Path) -> dict[str, str]:
    try:
        files = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))["files"]
    except FileNotFoundError:
        return {}  # a local folder, not one that `pull` made
    except (OSError, ValueError, KeyError) as error:
        raise CorruptWeights(f"{folder / _MANIFEST} is unreadable ({error}); pull the model again") from error
    return dict(files)
