"""An adapter on its way to another machine: the files that a runtime reads, as bytes.

Weights are large and lie on every machine; an adapter is small, is made at one home, and must be that home's everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
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

    def unpack(self, place: Path) -> Path:
        """Write it below `place`; returns its folder."""
        folder = place / self.name
        folder.mkdir(parents=True)
        for file, content in self.files.items():
            (folder / file).write_bytes(content)
        return folder
