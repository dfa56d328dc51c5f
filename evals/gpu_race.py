"""One model on the GPU runtime beside plain `generate`, over requests of mixed length; two of its adapters at once."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from core.generation import Sampling
from engine.runtime import BatchKind, Runtime, RuntimeSpec, TokenRequest
from evals.report import BenchRow

PLAIN = "transformers generate, padded"
LIMIT = "memory bandwidth limit"
ENOUGH_SECONDS = 15.0
"""of one case; further repetitions are left out, so that everything ends within ten minutes"""


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked: requests at once, and the longest prompt and answer. The shortest are a quarter of these."""

    sizes: tuple[int, ...] = (1, 16, 64, 256)
    prompt: int = 512
    answer: int = 192
    adapters: int = 64
    """requests of the race between one adapter and two"""


@dataclass(frozen=True, slots=True)
class Race:
    """One model in memory, on one device."""

    name: str
    model: Any
    device: str
    load: Load
    repeats: int
    batching: BatchKind = "auto"

    def rows(self, bandwidth: float) -> list[BenchRow]:
        """Plain `generate` goes first: a model that speaks by pages cannot be asked without them."""
        from engine.gpu_peers import bytes_per_token, plain_generate

        plain_generate(self.model, self._requests(1, short=True), self.device)
        plain = {
            n: self._rate(lambda asked: plain_generate(self.model, asked, self.device), n) for n in self.load.sizes
        }
        ways = {"": False} if self.device == "cpu" else {"": False, ", CUDA graphs": True}
        limit = bandwidth / bytes_per_token(self.model)
        rows: list[BenchRow] = []
        for way, graphs in ways.items():
            ours = self._our_rates(graphs)
            case = f"{self.name}{way}"
            rows += [self._row(f"{case}, {n} at once", ours[n], plain[n], PLAIN) for n in self.load.sizes]
            rows.append(self._row(f"{case}, 1 at once", ours[1], limit, LIMIT))
        return rows

    def adapter_row(self) -> BenchRow:
        """Half of the requests through each of two adapters, beside all of them through one."""
        from engine.random_llama import write_random_adapter

        with tempfile.TemporaryDirectory() as root:
            folders = {name: Path(root) / name for name in ("one", "two")}
            for seed, folder in enumerate(folders.values()):
                write_random_adapter(self.model, folder, seed)
            runtime = self._runtime(adapters=folders)
            rates = []
            for names in (("one",), ("one", "two")):
                for name in names:
                    _written(runtime, self._requests(1, short=True, adapters=(name,)))
                rates.append(self._rate(lambda asked: _written(runtime, asked), self.load.adapters, names))
            runtime.close()
        return self._row(f"{self.name}, {self.load.adapters} at once, two adapters", rates[1], rates[0], "one adapter")

    def _our_rates(self, cuda_graphs: bool) -> dict[int, float]:
        runtime = self._runtime(cuda_graphs=cuda_graphs)
        _written(runtime, self._requests(1, short=True))
        rates = {size: self._rate(lambda asked: _written(runtime, asked), size) for size in self.load.sizes}
        runtime.close()
        return rates

    def _runtime(self, **more: Any) -> Runtime:
        from engine.transformers_runtime import TransformersRuntime

        spec = RuntimeSpec(self.name, Path(), gpu_share=0.9, batching=self.batching, **more)
        return TransformersRuntime(spec, self.model)

    def _rate(self, write: Callable[[list[TokenRequest]], int], size: int, adapters: Sequence[str] = ()) -> float:
        """Tokens a second, the median. Every repetition has prompts of its own, so that no cache of prefixes helps."""
        from engine.gpu_peers import settle

        rates: list[float] = []
        spent = 0.0
        while len(rates) < self.repeats and spent < ENOUGH_SECONDS:
            asked = self._requests(size, seed=len(rates), adapters=adapters)
            started = time.perf_counter()
            tokens = write(asked)
            settle(self.device)
            seconds = time.perf_counter() - started
            spent += seconds
            rates.append(tokens / seconds)
        return median(rates)

    def _requests(
        self, size: int, seed: int = 0, short: bool = False, adapters: Sequence[str] = ()
    ) -> list[TokenRequest]:
        chance = random.Random(f"{size} {seed}")
        vocabulary = int(self.model.config.vocab_size)
        asked = []
        for at in range(size):
            prompt = [chance.randrange(3, vocabulary) for _ in range(_mixed(chance, self.load.prompt))]
            tokens = 4 if short else _mixed(chance, self.load.answer)
            adapter = adapters[at % len(adapters)] if adapters else None
            asked.append(TokenRequest(str(at), prompt, Sampling(max_new_tokens=tokens), adapter))
        return asked

    def _row(self, case: str, ours: float, peer: float, peer_name: str) -> BenchRow:
        return BenchRow(case, "tokens/s", ours, peer, peer_name, ours / peer)


def _mixed(chance: random.Random, longest: int) -> int:
    return chance.randint(longest // 4, longest)


def _written(runtime: Runtime, asked: Sequence[TokenRequest]) -> int:
    """Tokens that the runtime wrote; it knows no end token here, so every answer has its length."""
    for request in asked:
        runtime.add(request)
    tokens = 0
    while runtime.busy:
        tokens += sum(len(event.tokens) for event in runtime.step())
    return tokens
