"""What ``tests.warm`` imports and reads once for many processes: libraries only, nothing of Loket.

Importing the ones that the model needs takes four seconds of processor time, and reading what
Lingua knows of all these languages more than one. No thread may be left running here, as none
lives on in what is forked.
"""

from __future__ import annotations

import tempfile

import aiohttp  # noqa: F401
import cryptography.hazmat.primitives.ciphers.aead  # noqa: F401
import faiss  # noqa: F401
import holidays  # noqa: F401
import nh3  # noqa: F401
import nio  # noqa: F401
import phonenumbers  # noqa: F401
import prometheus_client  # noqa: F401
import sqlite_utils  # noqa: F401
import torch
import tqdm  # noqa: F401
import yaml  # noqa: F401
from lingua import IsoCode639_1, LanguageDetectorBuilder
from sentence_transformers import SentenceTransformer  # noqa: F401
from transformers import BertConfig, BertModel
from transformers.utils import logging

LANGUAGES = "nl en de fr es pt it ro pl bg uk ru tr ar fa so"
"""As in ``bot.language``; one that is missing here is read by each process."""

torch.set_num_threads(1)
logging.disable_progress_bar()  # type: ignore[no-untyped-call]
with tempfile.TemporaryDirectory() as folder:
    # The first model that is loaded, however small, prepares one second long what all need.
    small = BertConfig(
        vocab_size=16,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=8,
    )
    BertModel(small).save_pretrained(folder)
    BertModel.from_pretrained(folder)
codes = [getattr(IsoCode639_1, code.upper()) for code in LANGUAGES.split()]
detector = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()
detector.compute_language_confidence_values("Where can I learn to read and write in this town?")
