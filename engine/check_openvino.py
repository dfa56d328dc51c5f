"""Does an exported graph say what its model says? Asked once, by the pull, before the graph is kept.

The graph runs with 8-bit weights at the CPU's own precision, so that near ties may fall the other way. The measure is
therefore not equal text: each token that the graph chooses is put before the model, and must be its choice too or
nearly so. One prompt is longer than the sliding window of Gemma 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.errors import HawkerError

TOLERANCE = 1.5
"""in logits; a window ignored costs 5 to 13"""
NEW_TOKENS = 12
_SHOP = "Our shop sells tents, jackets and boots. Shipping takes three days. Returns are free within 30 days. "
PROMPTS = (
    "The capital of France is",
    f"{_SHOP}\nQuestion: How long does shipping take?\nAnswer:",
    "商品：保温杯，容量500毫升，不锈钢。\n文案：",
    f"{_SHOP * 30}\nIn short,",
)


def require_agreement(ir: Path, model: Any, tokenizer: Any) -> float:
    """The widest gap, in logits, between the model's best token and the graph's. Raises where it is too wide."""
    prompts = [tokenizer.encode(text).ids for text in PROMPTS]
    answers = greedy_answers(ir, prompts)
    gap = max(widest_gap(model, prompt, answer) for prompt, answer in zip(prompts, answers, strict=True))
    if gap > TOLERANCE:
        raise HawkerError(f"the exported graph differs from its model: {gap:.1f} > {TOLERANCE} logits")
    return gap


def greedy_answers(ir: Path, prompts: Sequence[Sequence[int]]) -> list[list[int]]:
    """What the graph answers, by continuous batching as in service."""
    import openvino
    import openvino_genai as genai

    scheduler = genai.SchedulerConfig()
    scheduler.max_num_batched_tokens = 256
    pipeline = genai.ContinuousBatchingPipeline(ir, scheduler, "CPU")
    config = genai.GenerationConfig(max_new_tokens=NEW_TOKENS, do_sample=False, apply_chat_template=False)
    inputs = [openvino.Tensor(np.array([prompt], np.int64)) for prompt in prompts]
    handles = [pipeline.add_request(at, tensor, config) for at, tensor in enumerate(inputs)]
    while pipeline.has_non_finished_requests():
        pipeline.step()
    return [list(handle.read_all()[0].generated_ids) for handle in handles]


@torch.inference_mode()
def widest_gap(model: Any, prompt: Sequence[int], answer: Sequence[int]) -> float:
    """Over the tokens of `answer`: the model's best logit at that place less the logit of the token."""
    logits = model(torch.tensor([[*prompt, *answer]]), logits_to_keep=len(answer) + 1).logits[0, :-1]
    chosen = logits.gather(1, torch.tensor(answer)[:, None])[:, 0]
    return float((logits.amax(1) - chosen).max()) if len(answer) else 0.0
