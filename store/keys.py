"""The key file: data encryption keys by version, and the separate key of the blind index.

It lies outside the database, so that a copy of either alone tells nothing. Knows nothing of tables or ciphertext.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import UserError

KEY_BYTES = 32
FIELD = "data key file"


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """All versions of the data key (to open) with the current one (to seal), and the blind index's key."""

    current: int
    keys: Mapping[int, bytes]
    index_key: bytes

    def rotated(self) -> KeyRing:
        """This ring with one fresh key more, which becomes the current one. Older versions still open."""
        version = max(self.keys) + 1
        return replace(self, current=version, keys={**self.keys, version: secrets.token_bytes(KEY_BYTES)})


def new_ring() -> KeyRing:
    """A ring with one fresh key."""
    return KeyRing(1, {1: secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))


def load_or_create(path: Path) -> KeyRing:
    """The ring at `path`, made (mode 0600) if there is none.

    Raises `UserError` for a file that others may read, or that is not a key file.
    """
    if not path.exists():
        _create(path, new_ring())
    return load(path)


def load(path: Path) -> KeyRing:
    """The ring at `path`. Raises `UserError` as `load_or_create` does."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise UserError(FIELD, f"{path} (mode {mode:04o})", "a file that its owner alone may read", f"chmod 600 {path}")
    try:
        content = json.loads(path.read_text("utf-8"))
        keys = {int(version): _key(text) for version, text in content["keys"].items()}
        ring = KeyRing(int(content["current"]), keys, _key(content["index_key"]))
        if ring.current not in keys:
            raise KeyError(ring.current)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(FIELD, path, "a Hawker key file", "restore it from your backup") from None
    return ring


def save(path: Path, ring: KeyRing) -> None:
    """Put `ring` in the place of the file at `path`, whole or not at all."""
    fresh = _written(path, ring)
    fresh.replace(path)


def _create(path: Path, ring: KeyRing) -> None:
    """Like `save`, but where two processes create at once the first one's keys stand for both."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = _written(path, ring)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _written(path: Path, ring: KeyRing) -> Path:
    content = {
        "current": ring.current,
        "keys": {str(version): base64.b64encode(key).decode() for version, key in ring.keys.items()},
        "index_key": base64.b64encode(ring.index_key).decode(),
    }
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("wrong key length")
    return key
