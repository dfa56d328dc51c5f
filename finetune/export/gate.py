"""The parity gate over an adapter: every form in which it leaves or is served, against the adapter itself.

    adapter in float32 = merged weights = GGUF in float16, tightly; quantised GGUF and OpenVINO within what they cost

The adapter writes its own greedy continuations of real prompts; where another way of running likes the same token best
at each of their places, it writes the same text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from engine.openvino_layers import READABLE
from engine.runtime import RuntimeSpec
from finetune.export.gguf_file import Precision
from finetune.export.running import Continuation, FloatModel, openvino_continuations
from finetune.parity import Agreement, Floats, Tolerance, compare_choices, compare_logits, require

TOKENS = 24
"""of each continuation"""

# Measured on SmolLM2-135M with an adapter in the middle of its training, 92 to 137 places: merged 8e-12 nats and a gap
# of 8e-5; float16 8e-7 and 0.03; eight bits 5e-4; in OpenVINO float16 1e-3 with 98.5 % the same choice, the adapter
# 2e-4. The bounds leave room for other models and adapters. Those of four bits are not measured, but what is bearable.
MERGED = Tolerance(nats=1e-6, same_choice=1.0, logit_gap=2e-3)
STORED: Mapping[Precision, Tolerance] = {
    "f16": Tolerance(nats=1e-4, same_choice=0.99, logit_gap=0.1),
    "q8_0": Tolerance(nats=0.02, same_choice=0.95),
    "q4_1": Tolerance(nats=0.3, same_choice=0.8),
    "q4_0": Tolerance(nats=0.3, same_choice=0.8),
}
SERVED: Mapping[Precision, Tolerance] = {
    "f16": Tolerance(nats=0.05, same_choice=0.9),
    "q8_0": Tolerance(nats=0.05, same_choice=0.9),
    "q4_1": Tolerance(nats=0.3, same_choice=0.8),
    "q4_0": Tolerance(nats=0.3, same_choice=0.8),
}
LIVE = Tolerance(nats=0.05, same_choice=0.9)


class ParityGate:
    """Compares with one adapter. Every method returns what it measured or raises `ParityFailed`."""

    def __init__(
        self, plain: Path, adapter: Path, prompts: Sequence[Sequence[int]], ends: Sequence[int], tokens: int = TOKENS
    ) -> None:
        """`plain` holds the base as transformers loads it, `prompts` are token ids, `ends` ids that end an answer."""
        self._plain, self._adapter, self._ends, self._tokens = plain, adapter, ends, tokens
        self._prompts = prompts

    def merged(self, folder: Path) -> Agreement:
        """Merged safetensors in `folder`."""
        return require(self._by_logits("merged float32", FloatModel.merged(folder)), MERGED)

    def stored(self, gguf: Path, precision: Precision) -> Agreement:
        """A GGUF file, read back."""
        return require(self._by_logits(f"GGUF {precision}", FloatModel.of_gguf(gguf)), STORED[precision])

    def served(self, folder: Path, precision: Precision) -> Agreement:
        """The GGUF file in `folder`, run by OpenVINO as in service. OpenVINO's copy is written there too."""
        spec = RuntimeSpec(folder.name, folder, end_tokens=tuple(self._ends))
        return require(self._by_choices(f"GGUF {precision} in OpenVINO", spec, None), SERVED[precision])

    def live(self, base: Path) -> Agreement:
        """The adapter itself, put by OpenVINO over the installed base in the folder `base`, as in service."""
        name = self._adapter.name
        spec = RuntimeSpec(base.name, base, adapters={name: self._adapter}, end_tokens=tuple(self._ends))
        return require(self._by_choices("adapter in OpenVINO", spec, name), LIVE)

    @staticmethod
    def can_serve(architecture: str) -> bool:
        """Whether OpenVINO reads a GGUF of such a network."""
        return architecture in READABLE

    @cached_property
    def _reference(self) -> FloatModel:
        return FloatModel.adapted(self._plain, self._adapter)

    @cached_property
    def _continuations(self) -> list[Continuation]:
        return [self._reference.continued(prompt, self._tokens, self._ends) for prompt in self._prompts]

    @cached_property
    def _logits(self) -> list[Floats]:
        return [self._reference.logits(one) for one in self._continuations]

    def _by_logits(self, path: str, other: FloatModel) -> Agreement:
        return compare_logits(path, self._logits, [other.logits(one) for one in self._continuations])

    def _by_choices(self, path: str, spec: RuntimeSpec, adapter: str | None) -> Agreement:
        written = openvino_continuations(spec, self._prompts, self._tokens, adapter)
        reference = [self._reference.logits(one) for one in written]
        return compare_choices(path, reference, [one.answer for one in written])
