"""Text to vectors behind one Protocol: a default that lies in the installation, and transformers as an extra.

It knows texts and arrays alone: nothing of papers, of the record or of the index. Importing it loads no model and
none of the libraries that run one.
"""

from __future__ import annotations

from broadsheet.embedding.protocol import Document, Embedder, FloatRows
from broadsheet.embedding.transformer import Transformer
from broadsheet.embedding.word_vectors import WordVectors

DEFAULT_NAME = "default"

__all__ = ["DEFAULT_NAME", "Document", "Embedder", "FloatRows", "make_embedder"]


def make_embedder(name: str = DEFAULT_NAME) -> Embedder:
    """Return the embedder of a name: `default`, a sentence-transformers model's name, or the path of its folder.

    Nothing is loaded until it is first used; raises Misconfigured then, or now where the extra is not installed."""
    if name == DEFAULT_NAME:
        return WordVectors()
    return Transformer(name)
