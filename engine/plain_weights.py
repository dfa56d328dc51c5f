"""A model folder that transformers loads quickly and exactly: as it is, or unpacked once from its GGUF file.

Training and the transformers runtime need plain safetensors; OpenVINO reads the GGUF itself. So a folder with a GGUF
gets its `plain/` twin when one of them first asks, and never before.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from core.errors import CorruptWeights, EngineFailed
from engine.shelf import read_manifest, sha256_of_files

PLAIN = "plain"
_TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")


def plain_weights(folder: Path) -> Path:
    """The folder with `config.json` and `model.safetensors` of the model in `folder`."""
    if (folder / "config.json").is_file():
        return folder
    gguf = next(iter(sorted(folder.glob("*.gguf"))), None)
    if gguf is None:
        raise EngineFailed(f"{folder} holds neither safetensors nor a GGUF file")
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two engines that start together, one unpacks
        if not (folder / PLAIN).is_dir():
            _unpack(gguf, folder)
    return folder / PLAIN


def _unpack(gguf: Path, folder: Path) -> None:
    from engine.convert_gguf import write_safetensors

    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder) as workshop:
        made = Path(workshop) / PLAIN
        made.mkdir()
        write_safetensors(gguf, made)
        for name in _TOKENIZER:
            if (folder / name).is_file():
                shutil.copy(folder / name, made / name)
        with suppress(CorruptWeights):  # a local folder has no manifest
            replace(read_manifest(folder), files=sha256_of_files(made)).write(made)
        made.rename(folder / PLAIN)
