"""Which line ends a file has. Mixed ones are read alike, but often mean that two exports were joined by hand."""

from __future__ import annotations

from pathlib import Path

from shop.encodings import CHUNK, open_bytes


def line_ends(path: Path) -> tuple[str, ...]:
    """One remark where a file's lines end in different ways, none where all end alike."""
    pairs = returns = feeds = 0
    last = b""
    with open_bytes(path) as file:
        while chunk := file.read(CHUNK):
            pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
            returns += chunk.count(b"\r")
            feeds += chunk.count(b"\n")
            last = chunk[-1:]
    ways = {"CR LF": pairs, "LF": feeds - pairs, "CR": returns - pairs}
    used = [f"{count:,} in {way}" for way, count in ways.items() if count]
    return (f"mixed line ends: {', '.join(used)}",) if len(used) > 1 else ()
