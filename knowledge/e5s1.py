"""The file format E5S1 and its way into a folder that sentence-transformers reads.

A BERT encoder with 4-bit matrices and a Unigram tokenizer in one file, little endian::

    "E5S1"  u32 version
    i32 hidden, layers, heads, feed-forward, vocabulary, positions, token types
    f32 layer-norm epsilon  i32 weights in a block (32)
    i32 pieces n  i32 bos, eos, pad, unk  u64 blob length
    u32 offsets[n+1]  f32 scores[n]  the pieces' UTF-8 blob
    i32 count  u32 bytes                   a normalisation map, see NORMALISED
    i32 tensors, then for each: u16 name length, name,
        u8 type, u32 elements, u64 offset from the file's start, u64 bytes

Type 0 is float32. Type 1 is blocks of a float16 scale and 16 bytes: byte j holds weight j in
its low half and weight j+16 in its high half, as (half − 8) × scale.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from knowledge.errors import ModelUnavailable

BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
BLOCKS_AT_ONCE = 1 << 17
"""Blocks widened at a time: 16 MB of float32, so that unpacking stays small in memory."""

CONTROLS = "[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"
SPACES = "[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
NORMALISED = ((CONTROLS, ""), (SPACES, " "))
"""Where the file's normalisation map differs from Unicode's NFKC; NFKC stands in for the rest."""

TENSORS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""The file's tensor names, without layer and ``.w`` or ``.b``, as BERT calls them."""


class _Reader:
    """Reads the file from front to back."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def take_bytes(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]


@dataclass(frozen=True, slots=True)
class _Tensor:
    name: str
    shape: tuple[int, ...]
    chunks: Iterator[bytes]


def write_folder(data: bytes, folder: Path) -> None:
    """Writes the model as float32 into an empty folder, for ``SentenceTransformer(folder)``.

    Args:
        data: The whole file; its content is trusted, check its hash first.
        folder: Exists.

    Raises:
        ModelUnavailable: It is no E5S1 file of version 1.
        OSError: The folder can't be written.
    """
    reader = _Reader(data)
    magic, version = reader.take("4sI")
    if (magic, version) != (b"E5S1", 1):
        raise ModelUnavailable(f"the model file's layout {magic!r} {version} is unknown")
    hidden, layers, heads, inner, vocabulary, positions, types = reader.take("7i")
    epsilon, _ = reader.take("fi")
    tokenizer = _tokenizer(reader)
    _, size = reader.take("iI")
    reader.take_bytes(size)
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    _write_tensors(list(_tensors(reader, hidden)), folder / "model.safetensors")
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    special |= {"cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"}
    kind = "sentence_transformers.models."
    modules = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")]
    contents: dict[str, Any] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": hidden,
            "num_hidden_layers": layers,
            "num_attention_heads": heads,
            "intermediate_size": inner,
            "vocab_size": vocabulary,
            "max_position_embeddings": positions,
            "type_vocab_size": types,
            "layer_norm_eps": epsilon,
            "hidden_act": "gelu",
            "pad_token_id": tokenizer.token_to_id("<pad>"),
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": positions,
            **special,
        },
        "modules.json": [
            {"idx": idx, "name": str(idx), "path": path, "type": kind + name}
            for idx, (name, path) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": positions, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")


def _tokenizer(reader: _Reader) -> Tokenizer:
    count, bos, eos, _, unk, size = reader.take("5iQ")
    ends = np.frombuffer(reader.take_bytes(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(reader.take_bytes(4 * count), "<f4").tolist()
    blob = reader.take_bytes(size)
    pieces = [blob[start:end].decode() for start, end in pairwise(ends)]
    tokenizer = Tokenizer(
        models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=unk, byte_fallback=False)
    )
    replaced = [normalizers.Replace(Regex(pattern), by) for pattern, by in NORMALISED]
    tokenizer.normalizer = normalizers.Sequence(
        [
            *replaced,
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(pieces[bos], bos), (pieces[eos], eos)],
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return tokenizer


def _tensors(reader: _Reader, hidden: int) -> Iterator[_Tensor]:
    (count,) = reader.take("i")
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.take_bytes(length).decode()
        kind, elements, offset, size = reader.take("BIQQ")
        raw = memoryview(reader.data)[offset : offset + size]
        yield _Tensor(
            _bert_name(name),
            _shape(name, elements, hidden),
            iter((bytes(raw),)) if kind == 0 else _widened(raw),
        )
    # sentence-transformers loads BERT with its pooler and never uses it; zeros keep the
    # loader from reporting missing weights.
    for name, shape in (
        ("pooler.dense.weight", (hidden, hidden)),
        ("pooler.dense.bias", (hidden,)),
    ):
        yield _Tensor(name, shape, iter((bytes(4 * prod(shape)),)))


def _widened(raw: memoryview) -> Iterator[bytes]:
    blocks: NDArray[np.void] = np.frombuffer(raw, BLOCK)
    for start in range(0, len(blocks), BLOCKS_AT_ONCE):
        some = blocks[start : start + BLOCKS_AT_ONCE]
        halves = np.concatenate((some["halves"] & 15, some["halves"] >> 4), axis=1)
        weights = (halves.astype("<f4") - 8) * some["scale"].astype("<f4")[:, None]
        yield weights.tobytes()


def _bert_name(name: str) -> str:
    if name in TENSORS:
        return TENSORS[name]
    stem, _, last = name.rpartition(".")
    end = {"w": "weight", "b": "bias"}[last]
    if stem in TENSORS:
        return f"{TENSORS[stem]}.{end}"
    layer, _, part = stem.partition(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{TENSORS[part]}.{end}"


def _shape(name: str, elements: int, hidden: int) -> tuple[int, ...]:
    if name.endswith((".b", "ln.w")):
        return (elements,)
    # The feed-forward's way back is the one matrix whose rows are not ``hidden`` wide.
    width = elements // hidden if name.endswith(".fo.w") else hidden
    return (elements // width, width)


def _write_tensors(tensors: list[_Tensor], path: Path) -> None:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for tensor in tensors:
        end = at + 4 * prod(tensor.shape)
        header[tensor.name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [at, end],
        }
        at = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors:
            for chunk in tensor.chunks:
                file.write(chunk)
