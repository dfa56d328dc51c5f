"""The benchmark of the GPU runtime: `--tiny` runs all of it on the CPU; the figures mean nothing there."""

from __future__ import annotations

import json

import pytest
import torch

from core.errors import UserError
from core.settings import Settings
from engine.gpu_peers import bytes_per_token, plain_generate
from engine.random_llama import TINY, random_llama
from evals.bench_gpu import TINY_LOAD, run
from evals.gpu_race import LIMIT, PLAIN, Race


def test_tiny_fills_the_whole_table(home: Settings) -> None:
    report = run(home, repeats=1, tiny=True)
    peers = [row["peer_name"] for row in json.loads(report.to_json())["rows"]]
    assert peers == [PLAIN, PLAIN, LIMIT, "one adapter"]
    assert all(row.ours > 0 and row.ratio for row in report.rows)
    assert "| tiny, 4 at once | tokens/s |" in report.to_markdown()


def test_without_a_gpu_it_says_so(home: Settings) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    with pytest.raises(UserError, match=r"gpu.*CUDA device.*nothing was measured.*--tiny"):
        run(home)


def test_both_write_the_tokens_that_were_asked_for_and_requests_repeat_by_seed() -> None:
    model = random_llama(TINY, "cpu")
    race = Race("tiny", model, "cpu", TINY_LOAD, 1, batching="padded")
    asked = race._requests(3, seed=4)
    assert asked == race._requests(3, seed=4)
    assert asked != race._requests(3, seed=5)
    wanted = sum(request.sampling.max_new_tokens for request in asked)
    assert plain_generate(model, asked, "cpu") == wanted


def test_a_token_reads_the_weights_but_not_the_table_of_embeddings() -> None:
    untied, tied = random_llama(TINY, "cpu"), random_llama({**TINY, "tie_word_embeddings": True}, "cpu")
    assert bytes_per_token(untied) == bytes_per_token(tied), "the output layer is as large as the table it shares"
