"""Warming up: what the first customer would wait for is loaded, and tried once, before anyone asks.

One thread tries the embedder, the page reader, and a word by the model that speaks each language. What fails is tried
again, a missing model may be pulled meanwhile. Afterwards it watches: an engine that died is started and tried anew,
and until it has answered its part is not ready.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from agent.house import House
from core.errors import EngineFailed, HawkerError, ModelMissing
from core.generation import GenerationRequest, Message, Sampling
from core.language import LANGUAGES
from engine.protocol import Engine, ReadablePage

WARM, LOADING = "warm", "loading"
AGAIN_SECONDS = 10.0
"""until what failed is tried again"""
LOOK_SECONDS = 1.0
"""between two looks at engines that are well"""
GREETING = (Message("user", "Hello"),)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that requests need. `state` says how it stands, in a line."""

    name: str
    ready: bool
    state: str


class WarmUp:
    """What is warm so far; asking waits for nothing."""

    def __init__(self, house: House) -> None:
        self._house = house
        speakers = {f"model:{language}": partial(self._greet, language) for language in LANGUAGES}
        self._speakers = frozenset(speakers)
        self._tries: Mapping[str, Callable[[], object]] = {
            "embedder": self._embed,
            "page_reader": self._read,
            **speakers,
        }
        self._states = dict.fromkeys(self._tries, LOADING)
        self._missing: set[str] = set()
        self._engines: dict[str, Engine] = {}  # those that have answered, by part
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._warm, name="hawker-warm-up", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float) -> None:
        """Try nothing more; waits at most `patience` seconds for what is being tried."""
        self._stopping.set()
        self._thread.join(patience)

    def parts(self) -> list[Part]:
        """How each part stands. A language without a model does without where another has one: its customers get the
        shop's own words quoted."""
        spoken = self._speakers - self._missing
        states = {name: self._fault(name) or state for name, state in self._states.items()}
        return [
            Part(name, state == WARM or (name in self._missing and bool(spoken)), state)
            for name, state in states.items()
        ]

    def _fault(self, name: str) -> str | None:
        """Of the engine that answered for a part and has died since."""
        engine = self._engines.get(name)
        return engine.fault if engine else None

    def _warm(self) -> None:
        waiting = list(self._tries)
        while not self._stopping.is_set():
            waiting = [name for name in waiting if not self._is_warm(name)]
            self._stopping.wait(AGAIN_SECONDS if waiting else LOOK_SECONDS)
            waiting += [name for name in self._fallen() if name not in waiting]

    def _fallen(self) -> list[str]:
        """Parts whose engine died; they stay not ready until they have answered again."""
        fallen = {name: fault for name in self._speakers if (fault := self._fault(name))}
        self._states.update(fallen)
        return list(fallen)

    def _is_warm(self, name: str) -> bool:
        try:
            self._tries[name]()
        except ModelMissing as error:
            if name in self._speakers:
                self._missing.add(name)
            self._states[name] = str(error)
        except HawkerError as error:
            self._states[name] = str(error)
        except Exception as error:
            self._states[name] = f"cannot be loaded: {type(error).__name__}"
        else:
            self._missing.discard(name)
            self._states[name] = WARM
        return self._states[name] == WARM

    def _embed(self) -> None:
        self._house.embedder.embed(["hello"], "query")

    def _read(self) -> None:
        self._house.page_reader.read("hello?", [ReadablePage("Hours", (("", "We open at nine."),))])

    def _greet(self, language: str) -> None:
        """One token, asked of the voice that answers customers: its adapter is opened too."""
        voice = self._house.voice("support", language)
        result = voice.engine.generate([GenerationRequest("warm-up", GREETING, Sampling(1), voice.adapter)])[0]
        if result.error:
            raise EngineFailed(result.error)
        self._engines[f"model:{language}"] = voice.engine
