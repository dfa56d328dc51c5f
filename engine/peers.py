"""The bare libraries beside which our engine is measured: `python -P -m engine.peers NAME FOLDER THREADS < prompts`.

`openvino-raw`: OpenVINO GenAI's `generate` on the same GGUF, without our process, template, pipe or stop texts.
`transformers-padded`: transformers' `generate` over one left-padded bfloat16 batch of the same weights.

Standard input: JSON, a list of batches, each a list of prompts as token ids. Standard output: JSON, a list of
(new tokens, seconds), one for each batch. The first batch warms up and is measured like the others.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from core.generation import Message

NEW_TOKENS = 96
Batch = list[list[int]]
Generate = Callable[[Batch], int]
"""continues the prompts greedily; returns the number of new tokens"""
Write = Callable[[Sequence[Message], int], str]
"""continues one conversation by at most so many tokens"""


def openvino_raw(folder: Path, threads: int | None) -> Generate:
    import numpy as np
    import openvino
    import openvino_genai as genai

    from engine.openvino_runtime import weight_file

    properties = {"INFERENCE_NUM_THREADS": threads} if threads else {}
    pipeline = genai.ContinuousBatchingPipeline(weight_file(folder), genai.SchedulerConfig(), "CPU", properties)
    config = genai.GenerationConfig(max_new_tokens=NEW_TOKENS, ignore_eos=True, apply_chat_template=False)

    def generate(batch: Batch) -> int:
        tensors = [openvino.Tensor(np.asarray([prompt], dtype=np.int64)) for prompt in batch]
        results = pipeline.generate(tensors, [config] * len(batch))
        return sum(len(result.m_generation_ids[0]) for result in results)

    return generate


def transformers_padded(folder: Path, threads: int | None) -> Generate:
    import torch
    from transformers import AutoModelForCausalLM

    from engine.plain_weights import plain_weights

    if threads:
        torch.set_num_threads(threads)
    model = AutoModelForCausalLM.from_pretrained(plain_weights(folder), dtype=torch.bfloat16)

    def generate(batch: Batch) -> int:
        longest = max(map(len, batch))
        ids = torch.tensor([[0] * (longest - len(prompt)) + prompt for prompt in batch])
        mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in batch])
        with torch.inference_mode():
            written = model.generate(
                input_ids=ids,
                attention_mask=mask,
                do_sample=False,
                min_new_tokens=NEW_TOKENS,
                max_new_tokens=NEW_TOKENS,
                pad_token_id=0,
            )
        return int((written.shape[1] - longest) * len(batch))

    return generate


def transformers_chat(folder: Path, threads: int | None) -> Write:
    """One conversation at a time, as transformers' guide shows it; greedy, to the model's own end."""
    import torch
    from transformers import AutoModelForCausalLM

    from engine.plain_weights import plain_weights
    from engine.templates import PromptEncoder

    if threads:
        torch.set_num_threads(threads)
    encoder = PromptEncoder(folder)
    model = AutoModelForCausalLM.from_pretrained(plain_weights(folder), dtype=torch.bfloat16)

    def write(messages: Sequence[Message], new_tokens: int) -> str:
        prompt = torch.tensor([encoder.encode(messages)])
        with torch.inference_mode():
            written = model.generate(
                input_ids=prompt,
                attention_mask=torch.ones_like(prompt),
                do_sample=False,
                max_new_tokens=new_tokens,
                eos_token_id=list(encoder.end_tokens),
                pad_token_id=0,
            )
        text: str = encoder.tokenizer.decode(written[0, prompt.shape[1] :].tolist())
        return text

    return write


PEERS = {"openvino-raw": openvino_raw, "transformers-padded": transformers_padded}


def main() -> None:
    name, folder, threads = sys.argv[1:4]
    generate = PEERS[name](Path(folder), int(threads) or None)
    measured: list[tuple[int, float]] = []
    for batch in json.load(sys.stdin):
        started = time.perf_counter()
        tokens = generate(batch)
        measured.append((tokens, time.perf_counter() - started))
    print("\n" + json.dumps(measured))


if __name__ == "__main__":
    main()
