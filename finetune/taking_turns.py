"""Contenders of a benchmark, each in a process of its own, of which one works at a time.

    contender: begin() ............ waits for its turn ... the round ... end()
    parent:             round_of(contender) says go and waits for the seconds

So rounds of all contenders alternate in one run, and peak memory is each one's own. Knows nothing of what a round is.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from core.errors import HawkerError

Device = Literal["cpu", "cuda"]
PATIENCE_SECONDS = 30.0
"""for a contender that has nothing left to do"""


@dataclass(frozen=True, slots=True)
class Round:
    """One turn. The first of a contender, with no seconds, says that it is ready."""

    seconds: float
    peak_bytes: int
    """the most memory so far: of the process, or on the GPU what its tensors held"""


@dataclass(frozen=True, slots=True)
class Failed:
    reason: str


class Turns:
    """A contender's side. Between `end` and `begin` it may do what is not measured, for nobody else works then."""

    def __init__(self, wire: Connection, device: Device) -> None:
        self._wire, self._device = wire, device
        self._seconds = self._began = 0.0

    def begin(self) -> None:
        """Tell of the round before, and wait."""
        self._tell()
        self._wire.recv()
        self._began = time.perf_counter()

    def end(self) -> None:
        if self._device == "cuda":
            import torch

            torch.cuda.synchronize()
        self._seconds = time.perf_counter() - self._began

    def finish(self) -> None:
        """Tell of the last round."""
        self._tell()

    def _tell(self) -> None:
        self._wire.send(Round(self._seconds, _peak_bytes(self._device)))


class Contender:
    """The parent's side: `work`, a function of a module, is called in a fresh interpreter with `*given` and its
    `Turns`. Raises `HawkerError` where it fails."""

    def __init__(self, name: str, device: Device, work: Callable[..., None], *given: object) -> None:
        self.name = name
        self._wire, theirs = multiprocessing.Pipe()
        fresh = multiprocessing.get_context("spawn")
        self._process = fresh.Process(target=_contend, args=(theirs, device, work, given), daemon=True)
        self._process.start()
        theirs.close()
        self._heard()

    def round(self) -> Round:
        """Let it do one, and wait."""
        with suppress(OSError):  # where it died, hearing says so
            self._wire.send(None)
        return self._heard()

    def close(self) -> None:
        self._wire.close()
        self._process.join(PATIENCE_SECONDS)
        self._process.kill()

    def _heard(self) -> Round:
        try:
            told = self._wire.recv()
        except (EOFError, OSError):
            self._process.join(PATIENCE_SECONDS)
            raise HawkerError(f"{self.name} died (exit status {self._process.exitcode})") from None
        if isinstance(told, Failed):
            raise HawkerError(f"{self.name} failed: {told.reason}")
        assert isinstance(told, Round)
        return told


def in_turn(contenders: Sequence[Contender], rounds: int) -> dict[str, list[Round]]:
    """Name -> its rounds, in order, the contenders' alternating; the first round of each warms up and is left out."""
    done: dict[str, list[Round]] = {one.name: [] for one in contenders}
    for _ in range(rounds + 1):
        for one in contenders:
            done[one.name].append(one.round())
    return {name: measured[1:] for name, measured in done.items()}


def _contend(wire: Connection, device: Device, work: Callable[..., None], given: Sequence[object]) -> None:
    if device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""  # before torch is imported, which then finds none
    try:
        work(*given, Turns(wire, device))
    except Exception as error:
        wire.send(Failed(" ".join(f"{type(error).__name__}: {error}".split())[:300]))


def _peak_bytes(device: Device) -> int:
    if device == "cuda":
        import torch

        return int(torch.cuda.max_memory_allocated())
    status = Path("/proc/self/status")
    if status.is_file():
        # of this program alone: what getrusage tells begins with what its parent had
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
