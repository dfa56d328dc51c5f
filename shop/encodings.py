"""In which encoding a file of text is written. What is not UTF-8 is recognised and told, never guessed silently.

A byte order mark decides; then UTF-8, if all bytes are; then, by what the letters look like, one of `CANDIDATES`
(charset-normalizer). A file that is UTF-8 but for some lines is read as UTF-8, and those lines are marked
(`is_garbled`), so that their rows can be refused alone.
"""

from __future__ import annotations

import codecs
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from core.errors import UserError

CANDIDATES = ("cp1252", "gb18030", "big5", "shift_jis", "euc_kr", "cp1251", "cp1250")
"""the likelier first: where several read a file about as well, the first is taken and the others are named"""
LEEWAY = 0.05
"""share of odd characters by which a reading may be worse than the best: a few words tell no better"""
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHUNK = 1 << 20
SAMPLE = 1 << 18
"""bytes of lines with letters beyond ASCII: enough to know a language by"""
GARBLED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to open a file; `told` is what its readers are to be told of it, empty for plain UTF-8."""

    name: str
    told: tuple[str, ...] = ()
    mixed: bool = False
    """some lines are in another encoding"""

    @property
    def wide(self) -> bool:
        """Whether a letter has two or four bytes, so that a byte alone says nothing."""
        return self.name.startswith(("utf-16", "utf-32"))


def recognise(path: Path, name: str, declared: str | None = None) -> Encoding:
    """The encoding of a text file (.gz too). `declared` is believed. Raises `UserError` where no encoding fits."""
    if declared is not None:
        return Encoding(_known(declared), (f"read as {declared}, as the mapping says",))
    with open_bytes(path) as file:
        head = file.read(CHUNK)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            told = () if encoding == "utf-8-sig" else (f"recognised as {encoding.upper()} by its byte order mark",)
            return Encoding(encoding, told)
    if wide := _wide(head):
        return Encoding(wide, (f"recognised as {wide.upper()} by its zero bytes, without a byte order mark",))
    if _is_utf8(path):
        return Encoding("utf-8-sig")
    return _by_letters(path, name)


def open_bytes(path: Path) -> BinaryIO:
    """The bytes of a file, unpacked where it is .gz."""
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def open_text(path: Path, encoding: Encoding) -> TextIO:
    """The text of a file with its line ends as they are; what is garbled in a mixed one is known by `is_garbled`."""
    errors = "surrogateescape" if encoding.mixed else "strict"
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding=encoding.name, errors=errors, newline=""))
    return path.open("rt", encoding=encoding.name, errors=errors, newline="")


def is_garbled(text: str) -> bool:
    """Whether some of its bytes were no text in the file's encoding."""
    return GARBLED.search(text) is not None


def _known(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        raise UserError("encoding", declared, "a known encoding, as gb18030 or windows-1252") from None
    return "utf-8-sig" if name == "utf-8" else name


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: of Latin text nearly every second byte is zero."""
    zeros = [head[start::2].count(0) for start in (0, 1)]
    half = max(len(head) // 2, 1)
    if max(zeros) < 0.3 * half or min(zeros) > 0.05 * half:
        return None
    return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_bytes(path) as file:
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _by_letters(path: Path, name: str) -> Encoding:
    from charset_normalizer import from_bytes

    sample, good, bad = b"", 0, 0
    for line in _lettered_lines(path):
        fits = _fits(line)
        good, bad = good + fits, bad + (not fits)
        if not fits and len(sample) < SAMPLE:
            sample += line[:SAMPLE]
    if good > bad:
        return Encoding(
            "utf-8-sig", (f"UTF-8 but for {bad:,} lines in another encoding, which are refused",), mixed=True
        )
    matches = from_bytes(sample, cp_isolation=list(CANDIDATES))
    best = matches.best()
    if best is None:
        raise UserError(name, sample[:8], "text in an encoding that can be recognised", "save it as UTF-8")
    equal = {one for match in matches if match.chaos <= best.chaos + LEEWAY for one in match.could_be_from_charset}
    likely = [one for one in CANDIDATES if one in equal] or [best.encoding]
    others = f"; {', '.join(likely[1:])} would read it too" if likely[1:] else ""
    return Encoding(
        likely[0], (f"not UTF-8: recognised as {likely[0]} by its letters{others}. `encoding:` in a mapping says it",)
    )


def _lettered_lines(path: Path) -> Iterator[bytes]:
    with open_bytes(path) as file:
        yield from (line for line in file if not line.isascii())


def _fits(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
