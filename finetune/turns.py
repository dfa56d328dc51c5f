"""Gather the turns of our letters for the e-mailer: `python -m finetune.turns`, after letters were written."""

from __future__ import annotations

from collections import defaultdict

from safetensors.numpy import save_file

from agent.mail.parts import PARTS
from agent.mail.turns import TURNS, gathered
from finetune.corpus import CORPORA
from finetune.rows import EmailRow, read_rows


def letters() -> dict[str, list[str]]:
    """Every part of every letter, by language."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(CORPORA.glob("*/rows/emails.jsonl")):
        for row in read_rows(path, EmailRow):
            found[row.language] += [getattr(row.parts, part) for part in PARTS]
    return found


def main() -> None:
    runs = gathered(letters())
    save_file(runs, TURNS)
    print(", ".join(f"{language}: {len(known)} runs" for language, known in runs.items()), f"in {TURNS}")


if __name__ == "__main__":
    main()
