"""Gemma 3 in GGUF: its names, and its norms, which llama.cpp stores one higher than transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.gguf_header import GgufHeader
from finetune.export.gguf_file import write_gguf
from finetune.export.gguf_layout import layout_of
from finetune.export.running import Continuation, FloatModel
from finetune.parity import compare_logits

SIZES = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4}


def test_gemmas_norms_and_names_come_back_as_they_were(tmp_path: Path) -> None:
    from gguf import GGUFWriter
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    torch.manual_seed(2)
    config = Gemma3TextConfig(**SIZES, vocab_size=320, num_key_value_heads=1, head_dim=32, sliding_window=8)
    model: Any = Gemma3ForCausalLM(config)
    for name, weight in model.named_parameters():
        if name.endswith("norm.weight"):
            torch.nn.init.normal_(weight, std=0.2)
    layout = layout_of(GgufHeader("gemma3", 4096, 3, 64, 96, 4, 1, 32))
    writer = GGUFWriter(tmp_path / "base.gguf", "gemma3")
    model.save_pretrained(tmp_path)
    gemma_metadata(writer)
    write_gguf(tmp_path, tmp_path / "base.gguf", tmp_path / "gemma.gguf", "gemma", "f16")
    said = Continuation(tuple(range(5, 15)), tuple(range(15, 35)))
    both = [one.logits(said) for one in (FloatModel(model), FloatModel.of_gguf(tmp_path / "gemma.gguf"))]
    agreement = compare_logits("gemma", both[:1], both[1:])
    assert agreement.same_choice == 1
    assert agreement.nats < 1e-5
    name, norm = layout.stored("model.layers.1.post_feedforward_layernorm.weight", np.zeros(64, np.float32))
    assert (name, norm.tolist()) == ("blk.1.post_ffw_norm.weight", [1.0] * 64)


def gemma_metadata(writer: Any) -> None:
    writer.add_context_length(4096)
    writer.add_embedding_length(64)
    writer.add_block_count(3)
    writer.add_feed_forward_length(96)
    writer.add_head_count(4)
    writer.add_head_count_kv(1)
    writer.add_key_length(32)
    writer.add_value_length(32)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_sliding_window(8)
    writer.add_rope_freq_base(1e6)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([f"t{at}" for at in range(320)])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
