"""Run a sentence-transformers model's ONNX file: tokens in, one pooled row a text out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadsheet.embedding.model_folder import POOLINGS, ModelFolder
from broadsheet.embedding.protocol import FloatRows

_TOKENS_AT_ONCE = 8192  # of a batch, padding included: bounds memory for models that read long texts
_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}

Mask = NDArray[np.int64]


def _mean(tokens: FloatRows, mask: Mask) -> FloatRows:
    weights = mask[:, :, None].astype(np.float32)
    mean: FloatRows = (tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), np.float32(1))
    return mean


def _largest(tokens: FloatRows, mask: Mask) -> FloatRows:
    largest: FloatRows = np.where(mask[:, :, None] > 0, tokens, np.float32(-np.inf)).max(axis=1)
    return largest


_POOL: dict[str, Callable[[FloatRows, Mask], FloatRows]] = {
    "cls": lambda tokens, mask: tokens[:, 0],
    "max": _largest,
    "mean": _mean,
    "lasttoken": lambda tokens, mask: tokens[np.arange(len(tokens)), mask.sum(axis=1) - 1],
}


class OnnxEncoder:
    """A session of ONNX Runtime with its tokenizer. The libraries' own errors come out as they are."""

    def __init__(self, folder: ModelFolder, file: Path) -> None:
        """Load the model; raises what `onnxruntime` and `tokenizers` raise, ValueError for inputs we cannot give."""
        import onnxruntime
        from tokenizers import Tokenizer

        self._folder = folder
        self._session: Any = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        self._inputs = {node.name for node in self._session.get_inputs()}
        if not self._inputs <= _INPUTS:
            raise ValueError(f"inputs {sorted(self._inputs - _INPUTS)}")
        self._output = self._token_output()
        self._tokenizer = Tokenizer.from_file(str(folder.path / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(folder.most_tokens)

    def encode(self, texts: Sequence[str], prompt: str) -> FloatRows:
        """Return `float32 [n, dimension]` for one or more texts, the prompt put before each; not of unit length."""
        texts = [prompt + text for text in texts]
        texts = [text.lower() for text in texts] if self._folder.lowercase else texts
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]
        order = sorted(range(len(tokens)), key=lambda number: len(tokens[number]))
        parts = [self._run([tokens[number] for number in batch]) for batch in _batches(order, tokens)]
        rows = np.concatenate(parts)
        result = np.empty_like(rows)
        result[order] = rows
        return result

    def _run(self, tokens: list[list[int]]) -> FloatRows:
        """Pool one batch, padded at the end to its longest text."""
        longest = max(1, max(map(len, tokens)))
        ids = np.full((len(tokens), longest), self._folder.pad_token, np.int64)
        mask = np.zeros((len(tokens), longest), np.int64)
        for row, numbers in enumerate(tokens):
            ids[row, : len(numbers)] = numbers
            mask[row, : len(numbers)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run([self._output], {name: given[name] for name in self._inputs})[0]
        states = states.astype(np.float32)
        wanted = [name for name in POOLINGS if name in self._folder.poolings]
        return np.concatenate([_POOL[name](states, mask) for name in wanted], axis=1)

    def _token_output(self) -> str:
        """Return the output with a row a token; raises ValueError where there is none."""
        for node in self._session.get_outputs():
            if len(node.shape) == 3:
                return str(node.name)
        raise ValueError("no output with a row a token")


def _batches(order: list[int], tokens: list[list[int]]) -> Iterator[list[int]]:
    """Cut an order, shortest text first, into batches that fit in memory."""
    batch: list[int] = []
    for number in order:
        if batch and (len(batch) + 1) * len(tokens[number]) > _TOKENS_AT_ONCE:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
