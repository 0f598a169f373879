"""What every embedder does alike: make texts safe before, make rows unit after, and speak of models that fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from broadsheet.domain.errors import BroadsheetError, Misconfigured
from broadsheet.embedding.protocol import FloatRows

LONGEST_TEXT = 20_000
"""Letters of a text that are read: ten long abstracts. It bounds time and memory whatever comes in."""


def safe_text(text: str) -> str:
    """Return the part of a text that is read, with lone surrogates, which tokenizers refuse, as question marks."""
    text = text[:LONGEST_TEXT]
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def unit_rows(rows: FloatRows) -> FloatRows:
    """Scale rows `float32 [n, dimension]` to length 1; rows of zeros stay."""
    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    unit: FloatRows = rows / np.maximum(lengths, np.float32(1e-12))
    return unit


@contextmanager
def telling(sentence: str) -> Iterator[None]:
    """Turn whatever a model library raises while it loads into Misconfigured(sentence); our own errors pass."""
    try:
        yield
    except (BroadsheetError, MemoryError):
        raise
    except Exception as error:  # the libraries raise bare Exception, and classes of their own without a common root
        raise Misconfigured(sentence) from error
