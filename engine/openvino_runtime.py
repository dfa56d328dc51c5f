"""OpenVINO GenAI on the CPU: continuous batching over token ids, one pipeline per adapter.

Its prefix cache does not know which adapter computed an entry, so adapters never share a pipeline; the one without an
adapter is opened first, the others when first asked for, and the longest unused one makes room.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import openvino_genai as genai

from core.errors import CorruptWeights, EngineFailed, UserError
from core.generation import Sampling
from engine.exported_ir import context_tokens, exported_ir
from engine.gguf_header import read_header
from engine.json_schema import check_schema
from engine.openvino_layers import discard, is_damaged, last_line, named_ir
from engine.prefix_gate import PrefixGate
from engine.runtime import RuntimeSpec, TokenEvent, TokenRequest

MAX_PIPELINES = 4
"""open at once; each holds the weights again"""
MAX_SEQUENCES = 128
STEP_TOKENS = 256
"""prompt and answer tokens in one step; small, so that running answers are not held up by a new prompt"""


class OpenVinoRuntime:
    """One model file. See `engine.runtime.Runtime`."""

    def __init__(self, spec: RuntimeSpec) -> None:
        self._spec = spec
        self._pipelines: OrderedDict[str | None, _Pipeline] = OrderedDict()
        self._places: dict[str, _Pipeline] = {}
        exported = exported_ir(spec.folder)
        if exported is not None:
            self._context, self._ir = context_tokens(exported), exported
            self._open_checked()
            return
        gguf = weight_file(spec.folder)
        if gguf is None:
            raise EngineFailed(f"{spec.folder}: neither an exported IR nor a GGUF file that OpenVINO could read")
        self._context = read_header(gguf).context_tokens
        self._ir = named_ir(gguf)
        try:
            self._open_checked()
        except CorruptWeights:
            # the IR is only a copy in another form: make it again from the weights, which are checked then
            self._pipelines.clear()
            discard(self._ir)
            self._ir = named_ir(gguf)
            self._pipeline(None)

    @property
    def context_tokens(self) -> int:
        return self._context

    @property
    def busy(self) -> bool:
        return bool(self._places)

    def add(self, request: TokenRequest) -> None:
        pipeline = self._pipeline(request.adapter)
        pipeline.add(request)
        self._places[request.id] = pipeline

    def step(self) -> Sequence[TokenEvent]:
        events: list[TokenEvent] = []
        for adapter, pipeline in list(self._pipelines.items()):
            if pipeline.handles:
                try:
                    events += pipeline.step()
                except RuntimeError as error:
                    events += self._give_up(adapter, error)
        for event in events:
            if event.finish:
                self._places.pop(event.id, None)
        return events

    def _give_up(self, adapter: str | None, error: RuntimeError) -> list[TokenEvent]:
        """A step that broke off leaves a cache that cannot be trusted: end all that ran on it and open it anew."""
        broken = self._pipelines.pop(adapter)
        fault = f"OpenVINO failed: {last_line(error)}"
        return [TokenEvent(request_id, (), "error", fault) for request_id in broken.taken]

    def drop(self, request_id: str) -> None:
        pipeline = self._places.pop(request_id, None)
        if pipeline is not None:
            pipeline.drop(request_id)

    def close(self) -> None:
        self._places.clear()
        self._pipelines.clear()

    def _open_checked(self) -> None:
        """Open the pipeline without an adapter, computing the IR's sha256 meanwhile."""
        with ThreadPoolExecutor(1) as pool:
            damaged = pool.submit(is_damaged, self._ir)
            try:
                self._pipeline(None)
            finally:
                if damaged.result():
                    raise CorruptWeights(f"{self._ir} is damaged")

    def _pipeline(self, adapter: str | None) -> _Pipeline:
        if adapter not in self._pipelines:
            self._make_room()
            self._pipelines[adapter] = _Pipeline(self._ir, self._spec, adapter)
        self._pipelines.move_to_end(adapter)
        return self._pipelines[adapter]

    def _make_room(self) -> None:
        idle = [name for name, pipeline in self._pipelines.items() if name is not None and not pipeline.handles]
        while len(self._pipelines) >= MAX_PIPELINES and idle:
            del self._pipelines[idle.pop(0)]


class _Pipeline:
    """The model with one adapter, or none."""

    def __init__(self, ir: Path, spec: RuntimeSpec, adapter: str | None) -> None:
        self.handles: dict[str, Any] = {}
        self._gate = PrefixGate()
        self._numbers = 0
        self._seed: int | None = None
        self._end_tokens = set(spec.end_tokens)
        self._adapters = _adapter_config(spec, adapter)
        properties: dict[str, Any] = {"INFERENCE_NUM_THREADS": spec.threads} if spec.threads else {}
        if spec.exact:
            properties |= {"INFERENCE_PRECISION_HINT": "f32", "KV_CACHE_PRECISION": "f16"}
            properties |= {"DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}
        if self._adapters is not None:
            properties["adapters"] = self._adapters
        scheduler = genai.SchedulerConfig()
        scheduler.max_num_batched_tokens = STEP_TOKENS
        scheduler.max_num_seqs = MAX_SEQUENCES
        scheduler.enable_prefix_caching = True
        self._genai = genai.ContinuousBatchingPipeline(ir, scheduler, "CPU", properties)
        if self._adapters is not None:
            # add_request alone never switches the adapter on; a first generate does, for all that follow
            self._genai.generate([_tensor([0])], [self._config(Sampling(max_new_tokens=1))])

    @property
    def taken(self) -> tuple[str, ...]:
        """Ids of all requests here, running or waiting for a prefix."""
        return (*self.handles, *self._gate.waiting)

    def add(self, request: TokenRequest) -> None:
        check_schema(request.sampling.json_schema)
        if self._gate.admits(request):
            self._start(request)

    def _start(self, request: TokenRequest) -> None:
        try:
            if request.sampling.temperature > 0:
                self._seed_with(request.sampling.seed)
            self.handles[request.id] = self._submit(request.prompt, request.sampling)
        except RuntimeError as error:
            self._follow(request.id, warm=False)
            raise EngineFailed(f"OpenVINO refused the request: {last_line(error)}") from error

    def _follow(self, leader: str, warm: bool) -> None:
        for request in self._gate.passed(leader, warm):
            self._start(request)

    def _submit(self, prompt: Sequence[int], sampling: Sampling) -> Any:
        self._numbers += 1
        return self._genai.add_request(self._numbers, _tensor(prompt), self._config(sampling))

    def _seed_with(self, seed: int) -> None:
        """Start the pipeline's one random generator afresh, which GenAI does only where the seed changes."""
        if self._seed in (None, seed):
            self._submit([0], Sampling(max_new_tokens=1, temperature=1.0, seed=seed + 1)).cancel()
        self._seed = seed

    def step(self) -> list[TokenEvent]:
        self._genai.step()
        events = [event for id_, handle in self.handles.items() if (event := _read(id_, handle)) is not None]
        for event in events:
            if event.finish:
                del self.handles[event.id]
            self._follow(event.id, warm=bool(event.tokens))
        return events

    def drop(self, request_id: str) -> None:
        if self._gate.drop(request_id):
            return
        handle = self.handles.pop(request_id, None)
        if handle is not None:
            handle.cancel()
            self._follow(request_id, warm=False)
            if not self.handles:
                self._genai.step()  # with nothing else to run, only a step frees its place

    def _config(self, sampling: Sampling) -> Any:
        config = genai.GenerationConfig(
            max_new_tokens=sampling.max_new_tokens,
            do_sample=sampling.temperature > 0,
            repetition_penalty=sampling.repetition_penalty,
            rng_seed=sampling.seed,
            apply_chat_template=False,
        )
        if sampling.temperature > 0:
            config.temperature, config.top_p = sampling.temperature, sampling.top_p
            if sampling.top_k:
                config.top_k = sampling.top_k
        if self._end_tokens:
            config.stop_token_ids = self._end_tokens
        if sampling.json_schema:
            config.structured_output_config = genai.StructuredOutputConfig(json_schema=sampling.json_schema)
        if self._adapters is not None:
            config.adapters = self._adapters
        return config


def weight_file(folder: Path) -> Path | None:
    """The GGUF of a model folder, if it holds one."""
    return next(iter(sorted(folder.glob("*.gguf"))), None)


def _read(request_id: str, handle: Any) -> TokenEvent | None:
    tokens: list[int] = []
    finish = None
    while handle.can_read():
        for output in handle.read().values():
            tokens += output.generated_ids
            finish = output.finish_reason
    status = handle.get_status()
    if status == genai.GenerationStatus.RUNNING:
        return TokenEvent(request_id, tokens) if tokens else None
    if status == genai.GenerationStatus.IGNORED:
        return TokenEvent(request_id, tokens, "error", "the prompt does not fit the engine's cache")
    return TokenEvent(request_id, tokens, "length" if finish == genai.GenerationFinishReason.LENGTH else "stop")


def _adapter_config(spec: RuntimeSpec, adapter: str | None) -> Any:
    """GenAI's adapter with PEFT's weight, lora_alpha / r."""
    if adapter is None:
        return None
    if adapter not in spec.adapters:
        raise UserError("adapter", adapter, f"one of {', '.join(spec.adapters) or 'none'}")
    folder = spec.adapters[adapter]
    peft = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    weight = peft["lora_alpha"] / (peft["r"] ** 0.5 if peft.get("use_rslora") else peft["r"])
    return genai.AdapterConfig(genai.Adapter(folder / "adapter_model.safetensors"), weight)


def _tensor(tokens: Sequence[int]) -> Any:
    return openvino.Tensor(np.asarray([tokens], dtype=np.int64))
