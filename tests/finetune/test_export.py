"""An export says what its adapter says, or is not written: on a random Llama of three layers, with faults planted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.errors import UserError
from core.settings import Settings
from engine.adapter_manifest import NOTICE, AdapterManifest, write_manifest
from engine.adapters import Installed
from engine.shelf import weights_sha256
from engine.templates import PromptEncoder
from finetune.export import exporting, gguf_layout
from finetune.export.exporting import Exported, ExportOrder, export
from finetune.export.gate import ParityGate
from finetune.export.gguf_file import write_gguf
from finetune.export.merging import MERGED, write_merged
from finetune.export.prompts_drawn import draw_prompts
from finetune.parity import ParityFailed, Tolerance

SAYINGS = ("The mug holds three fingers.", "A wool hat for cold ears.", "Returns are free within thirty days.")
SIZES = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4}
END = "<|endoftext|>"
Write = Callable[[ExportOrder], Exported]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder: random weights, a tokenizer, and a GGUF file, of which the export takes the metadata."""
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("base")
    tokens = write_tokenizer(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        **SIZES,
        vocab_size=len(tokens),
        num_key_value_heads=2,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        initializer_range=0.1,
        bos_token_id=0,
        eos_token_id=0,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    write_metadata(folder / "base.gguf", tokens)
    return folder


def write_tokenizer(folder: Path) -> list[str]:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=320, special_tokens=[END], initial_alphabet=alphabet)
    tokenizer.train_from_iterator(SAYINGS, trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"eos_token": END, "bos_token": END, "tokenizer_class": "PreTrainedTokenizerFast"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__)


def write_metadata(path: Path, tokens: list[str]) -> None:
    import gguf

    writer = gguf.GGUFWriter(path, "llama")
    sizes = {"context_length": 4096, "embedding_length": 64, "block_count": 3, "feed_forward_length": 96}
    heads = {"rope.dimension_count": 16, "attention.head_count": 4, "attention.head_count_kv": 2}
    for key, size in {**sizes, **heads}.items():
        writer.add_uint32(f"llama.{key}", size)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture(scope="module")
def adapter(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LoRA over every linear layer whose B is noise, so that all of it matters."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(1)
    targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    lora = LoraConfig(r=4, lora_alpha=8, target_modules=targets, task_type="CAUSAL_LM")
    tuned = get_peft_model(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32), lora)
    for name, weight in tuned.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.1)
    folder = tmp_path_factory.mktemp("adapters") / "fern"
    tuned.save_pretrained(folder)
    return folder


@pytest.fixture
def installed(base: Path, adapter: Path, home: Settings) -> Installed:
    sha256, notices = weights_sha256(home, str(base)), ("Made from a base of its own.",)
    tuned = (("copy", "support"), ("en",), (), "", {}, {}, "Apache-2.0", "2026-01-01T00:00:00Z", notices)
    manifest = AdapterManifest("fern", str(base), sha256, *tuned)
    write_manifest(adapter, manifest)
    return Installed(manifest, adapter, shipped=False)


@pytest.fixture(scope="module")
def prompts(base: Path) -> list[tuple[int, ...]]:
    """Two real prompts of each task."""
    manifest = AdapterManifest("", "", "", ("copy", "support"), ("en",), (), "", {}, {}, "", "")
    return draw_prompts(manifest, PromptEncoder(base), 4)


@pytest.fixture(autouse=True)
def small_gate(monkeypatch: pytest.MonkeyPatch, prompts: list[tuple[int, ...]]) -> None:
    """Few prompts, read once; and no OpenVINO, whose own test has real weights."""
    monkeypatch.setattr(exporting, "draw_prompts", lambda manifest, encoder: prompts)
    monkeypatch.setattr(ParityGate, "can_serve", staticmethod(lambda architecture: False))


def test_the_gates_prompts_are_of_every_task(prompts: list[tuple[int, ...]]) -> None:
    assert len(set(prompts)) == 4


@pytest.fixture
def gate(base: Path, adapter: Path) -> ParityGate:
    return ParityGate(base, adapter, [[5, 6, 7, 8], [40, 50, 60, 70, 80]], [0], tokens=8)


@pytest.fixture
def write(home: Settings, installed: Installed) -> Write:
    return lambda order: export(home, installed, order, lambda line: None)


def test_merged_weights_say_what_the_adapter_says(write: Write, tmp_path: Path) -> None:
    done = write(ExportOrder(tmp_path / "out", "safetensors"))
    assert done.file == tmp_path / "out" / MERGED
    assert [one.path for one in done.parity] == ["merged float32"]
    assert done.parity[0].same_choice == 1
    assert not (tmp_path / "out" / "adapter_config.json").exists()


def test_a_gguf_in_float16_says_so_too_and_keeps_the_bases_metadata(write: Write, base: Path, tmp_path: Path) -> None:
    from gguf import GGUFReader

    done = write(ExportOrder(tmp_path / "out"))
    assert done.file.name == "fern-F16.gguf"
    theirs, ours = GGUFReader(base / "base.gguf"), GGUFReader(done.file)
    assert ours.fields["tokenizer.ggml.tokens"].contents() == theirs.fields["tokenizer.ggml.tokens"].contents()
    assert ours.fields["general.name"].contents() == "fern"
    assert {tensor.tensor_type.name for tensor in ours.tensors} == {"F16", "F32"}
    record = json.loads((tmp_path / "out" / exporting.RECORD).read_text())
    assert [one["path"] for one in record["parity"]] == ["merged float32", "GGUF f16"]
    assert "Made from a base of its own." in (tmp_path / "out" / NOTICE).read_text()


def test_four_bits_keep_eight_for_the_embedding(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gguf import GGUFReader

    loose = dict.fromkeys(("f16", "q8_0", "q4_1", "q4_0"), Tolerance(nats=9, same_choice=0))
    monkeypatch.setattr("finetune.export.gate.STORED", loose)  # random weights bear four bits worse than real ones
    done = write(ExportOrder(tmp_path / "out", precision="q4_1"))
    kinds = {tensor.name: tensor.tensor_type.name for tensor in GGUFReader(done.file).tensors}
    assert kinds["token_embd.weight"] == "Q8_0"
    assert kinds["blk.0.attn_q.weight"] == "Q4_1"
    assert kinds["output_norm.weight"] == "F32"


def test_a_wrong_alpha_is_caught(gate: ParityGate, base: Path, adapter: Path, tmp_path: Path) -> None:
    config = json.loads((adapter / "adapter_config.json").read_text())
    planted = tmp_path / "planted"
    planted.mkdir()
    (planted / "adapter_config.json").write_text(json.dumps({**config, "lora_alpha": 9}))
    (planted / "adapter_model.safetensors").symlink_to(adapter / "adapter_model.safetensors")
    write_merged(base, planted, tmp_path / "merged")
    with pytest.raises(ParityFailed, match="merged float32 does not say what the adapter says"):
        gate.merged(tmp_path / "merged")


@pytest.mark.parametrize("tensor", ["self_attn.k_proj", "mlp.down_proj"])
def test_layers_that_changed_places_are_caught(
    gate: ParityGate, base: Path, adapter: Path, tmp_path: Path, tensor: str
) -> None:
    from safetensors.torch import load_file, save_file

    write_merged(base, adapter, tmp_path)
    weights = load_file(tmp_path / MERGED)
    first, second = (f"model.layers.{layer}.{tensor}.weight" for layer in (0, 2))
    weights[first], weights[second] = weights[second], weights[first]
    save_file({name: weight.contiguous() for name, weight in weights.items()}, tmp_path / MERGED, {"format": "pt"})
    write_gguf(tmp_path, base / "base.gguf", tmp_path / "planted.gguf", "planted", "f16")
    with pytest.raises(ParityFailed, match="GGUF f16"):
        gate.stored(tmp_path / "planted.gguf", "f16")


def test_an_export_that_fails_is_not_written(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault: q and k left in PyTorch's halves."""
    monkeypatch.setattr(gguf_layout, "in_pairs", lambda weight, heads: weight)
    with pytest.raises(ParityFailed, match="GGUF f16"):
        write(ExportOrder(tmp_path / "shelf" / "out"))
    assert list((tmp_path / "shelf").iterdir()) == []


def test_another_base_is_refused(home: Settings, installed: Installed, tmp_path: Path) -> None:
    other = replace(installed, manifest=replace(installed.manifest, base_sha256="f" * 64))
    with pytest.raises(UserError, match="the very base that it was made for, ffffffffffff"):
        export(home, other, ExportOrder(tmp_path / "out"), lambda line: None)
    assert not (tmp_path / "out").exists()


def test_a_folder_in_use_is_left_alone(write: Write, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(UserError, match="--to"):
        write(ExportOrder(tmp_path))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["letter.txt"]


def test_a_base_without_a_gguf_file_says_what_to_do(
    home: Settings, installed: Installed, base: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    for path in base.iterdir():
        if path.suffix != ".gguf":
            (folder / path.name).symlink_to(path)
    manifest = replace(installed.manifest, base=str(folder), base_sha256=weights_sha256(home, str(folder)))
    bare = replace(installed, manifest=manifest)
    with pytest.raises(UserError, match="--base-gguf"):
        export(home, bare, ExportOrder(tmp_path / "out"), lambda line: None)
    done = export(home, bare, ExportOrder(tmp_path / "out", base_gguf=base / "base.gguf"), lambda line: None)
    assert done.file.is_file()
