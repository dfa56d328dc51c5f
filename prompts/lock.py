"""The lock on the prompts' texts: `python -m prompts.lock` writes `prompts/LOCK.json`, `--check` only compares.

An accepted generation names its prompt by version and hash, so a text may not change under its version: a changed
file (or a partial that it takes in) is refused until its `version` in the front matter has been raised.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import UserError
from prompts.library import LIBRARY, load_prompt, prompt_names

LOCK = Path(__file__).with_name("LOCK.json")


@dataclass(frozen=True, slots=True)
class Locked:
    version: int
    hash: str


def current(folder: Path = LIBRARY) -> dict[str, Locked]:
    """file name without `.md` -> version and hash, as the library stands now."""
    prompts = [load_prompt(name, language, folder) for name, language in prompt_names(folder)]
    return {f"{prompt.name}.{prompt.language}": Locked(prompt.file.version, prompt.digest) for prompt in prompts}


def read_lock(path: Path = LOCK) -> dict[str, Locked]:
    """The lock as it was last written; empty if it never was."""
    if not path.is_file():
        return {}
    return {name: Locked(**entry) for name, entry in json.loads(path.read_text("utf-8")).items()}


def differences(folder: Path = LIBRARY, path: Path = LOCK) -> list[str]:
    """Names of prompts that are new, gone or changed since the lock was written."""
    now, locked = current(folder), read_lock(path)
    return sorted(name for name in now.keys() | locked.keys() if now.get(name) != locked.get(name))


def update_lock(folder: Path = LIBRARY, path: Path = LOCK) -> list[str]:
    """Write the lock, return the names that changed. Raises `UserError` where a text changed under its version."""
    now, locked = current(folder), read_lock(path)
    for name, entry in now.items():
        before = locked.get(name)
        if before and entry.hash != before.hash and entry.version <= before.version:
            raise UserError(
                f"prompt {name}: version",
                entry.version,
                f"more than {before.version}, for the text or a partial changed",
                f"set version: {before.version + 1} in its front matter",
            )
    changed = differences(folder, path)
    entries = {name: asdict(now[name]) for name in sorted(now)}
    path.write_text(json.dumps(entries, indent=2) + "\n", "utf-8")
    return changed


def main(arguments: list[str]) -> int:
    """Exit status 0: locked; 2: a version must be raised, or (with --check) the lock must be written."""
    try:
        changed = differences() if "--check" in arguments else update_lock()
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print("\n".join(changed) or "nothing changed")
    return 2 if changed and "--check" in arguments else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
