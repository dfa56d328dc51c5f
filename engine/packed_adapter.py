"""An adapter on its way to another machine: the files that a runtime reads, as bytes.

Weights are large and lie on every machine; an adapter is small, is made at one home, and is the same everywhere.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FILES = ("adapter_config.json", "adapter_model.safetensors")


@dataclass(frozen=True, slots=True)
class PackedAdapter:
    name: str
    files: Mapping[str, bytes]

    @classmethod
    def of(cls, name: str, folder: Path) -> PackedAdapter:
        return cls(name, {file: (folder / file).read_bytes() for file in FILES})

    @property
    def sha256(self) -> str:
        """Of its files, in hex."""
        return hashlib.sha256(b"".join(self.files[file] for file in FILES)).hexdigest()

    def unpack(self, place: Path) -> Path:
        """Its folder below `place`, written unless it lies there; several may do so at once."""
        folder = place / f"{self.name}-{self.sha256[:16]}"
        if not folder.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".partial-", dir=place) as workshop:
                made = Path(workshop) / self.name
                made.mkdir()
                for file, content in self.files.items():
                    (made / file).write_bytes(content)
                with suppress(OSError):  # somebody else was quicker
                    made.rename(folder)
        return folder
