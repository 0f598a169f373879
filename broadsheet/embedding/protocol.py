"""What the program asks of an embedder, whichever model answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatRows = NDArray[np.float32]

Document = tuple[str, str]
"""A title and a text."""


class Embedder(Protocol):
    """A model that turns texts into directions: the nearer two texts in meaning, the larger their dot product.

    All rows are `float32 [n, dimension]`, in the order asked for, of length 1; a text without any known token (an
    empty one, mostly) gives a row of zeros. The same text gives the same row, alone or among others, up to
    rounding. Any string is taken, as long and as strange as it may be. May be used from several threads."""

    @property
    def model_id(self) -> str:
        """Name the model, its version and the recipe; vectors may be compared only where this is the same."""

    @property
    def dimension(self) -> int:
        """Tell how many numbers a row has."""

    def embed_documents(self, documents: Sequence[Document]) -> FloatRows:
        """Embed (title, text) pairs, to be found by queries and by each other."""

    def embed_queries(self, texts: Sequence[str]) -> FloatRows:
        """Embed what readers type."""
