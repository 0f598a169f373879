"""Any sentence-transformers model as an embedder: through ONNX Runtime where it has an ONNX file, else torch.

An extra (`pip install 'broadsheet[transformer]'`): none of its libraries is imported before a model is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np

from broadsheet.domain.errors import Misconfigured
from broadsheet.embedding.model_folder import ModelFolder, find_folder, read_folder
from broadsheet.embedding.preparation import safe_text, telling, unit_rows
from broadsheet.embedding.protocol import Document, FloatRows

_TEXTS_AT_ONCE = 1024
_EXTRA = "pip install 'broadsheet[transformer]'"


class _Encoder(Protocol):
    def encode(self, texts: Sequence[str], prompt: str) -> FloatRows:
        """Return `float32 [n, dimension]` for one or more texts, the prompt put before each."""


class Transformer:
    """A sentence-transformers model by name, by its folder's path, or by the package that carries it."""

    def __init__(self, name: str) -> None:
        """Raises Misconfigured where neither ONNX Runtime nor sentence-transformers is installed."""
        self._name = name
        if not (_installed("onnxruntime") or _installed("sentence_transformers")):
            raise Misconfigured(f"The embedder {name} needs more packages: run `{_EXTRA}`.")

    @property
    def model_id(self) -> str:
        """Name the model and its files' content; raises Misconfigured where it cannot be found."""
        return self._id

    @property
    def dimension(self) -> int:
        """Tell how many numbers a row has; loads the model; raises Misconfigured."""
        return self._dimension

    def embed_documents(self, documents: Sequence[Document]) -> FloatRows:
        """Embed (title, text) pairs as `title. text`; raises Misconfigured where the model cannot be loaded."""
        texts = [". ".join(part for part in map(str.strip, document) if part) for document in documents]
        return self._rows(texts, self._folder.document_prompt)

    def embed_queries(self, texts: Sequence[str]) -> FloatRows:
        """Embed what readers type; raises Misconfigured where the model cannot be loaded."""
        return self._rows([text.strip() for text in texts], self._folder.query_prompt)

    def _rows(self, texts: list[str], prompt: str) -> FloatRows:
        """Embed texts in slices, so that memory stays bounded; empty ones stay zero."""
        rows = np.zeros((len(texts), self._dimension), np.float32)
        filled = [number for number, text in enumerate(texts) if text]
        for start in range(0, len(filled), _TEXTS_AT_ONCE):
            numbers = filled[start : start + _TEXTS_AT_ONCE]
            rows[numbers] = self._encoder.encode([safe_text(texts[number]) for number in numbers], prompt)
        return unit_rows(rows)

    @cached_property
    def _folder(self) -> ModelFolder:
        with telling(f"The model {self._name} cannot be found: check its name, its path or the network."):
            return read_folder(find_folder(self._name))

    @cached_property
    def _id(self) -> str:
        path = Path(self._name).expanduser()
        name = path.resolve().name if path.is_dir() else self._name
        with telling(f"The model {self._name} cannot be read: check the files in {self._folder.path}."):
            return f"{name}-{self._folder.digest()}"

    @cached_property
    def _dimension(self) -> int:
        return int(self._encoder.encode(["a"], "").shape[1])

    @cached_property
    def _encoder(self) -> _Encoder:
        folder = self._folder
        with telling(f"The model {self._name} cannot be loaded: check the files in {folder.path}."):
            if folder.onnx_file and folder.is_plain and _installed("onnxruntime"):
                from broadsheet.embedding.onnx_encoder import OnnxEncoder

                return OnnxEncoder(folder, folder.onnx_file)
            if _installed("sentence_transformers"):
                return _TorchEncoder(folder)
        raise Misconfigured(f"The model {self._name} cannot be run by ONNX Runtime alone: run `{_EXTRA}`.")


class _TorchEncoder:
    """A model run by sentence-transformers, on whatever device it finds."""

    def __init__(self, folder: ModelFolder) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        self._model = SentenceTransformer(str(folder.path), local_files_only=True, trust_remote_code=False)

    def encode(self, texts: Sequence[str], prompt: str) -> FloatRows:
        """Encode in batches sorted by length, as the library does by itself."""
        rows = self._model.encode(list(texts), prompt=prompt, convert_to_numpy=True, show_progress_bar=False)
        return np.asarray(rows, np.float32)


def _installed(module: str) -> bool:
    return find_spec(module) is not None
