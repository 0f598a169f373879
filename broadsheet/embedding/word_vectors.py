"""The default embedder: a text is the mean of its tokens' vectors, its title counted five times.

The 32,000 vectors and the tokenizer are WordLlama's, read from the files of its installed package (which itself is
never imported): no download, no key, no torch. Why this one: docs/decisions/0007-default-embedder.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from broadsheet.embedding.preparation import safe_text, telling, unit_rows
from broadsheet.embedding.protocol import Document, FloatRows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DIMENSION = 256
TITLE_WEIGHT = 5  # measured: docs/decisions/0007
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_TEXTS_AT_ONCE = 256
_CACHE_ROOM = 4_000_000  # letters, a word counted as ten more: about 200,000 words, 50 MB
_BROKEN = (
    "The vectors of the default embedder are missing or damaged: "
    "run `pip install --force-reinstall wordllama`, or choose another embedder."
)


@dataclass(frozen=True, slots=True)
class _Model:
    """Vectors `float32 [n_tokens, dimension]`, tokenizer, and eight letters that stand for both files' content."""

    vectors: FloatRows
    tokenizer: Tokenizer
    digest: str


@dataclass(slots=True)
class _KnownWords:
    """Words cut into tokens already: word to the bytes of its token numbers.

    Nine words in ten of an abstract have been seen before, and cutting them anew is half the work."""

    tokens: dict[str, bytes] = field(default_factory=dict)
    letters: int = 0


class WordVectors:
    """WordLlama's 256-dimensional vectors; loads in a tenth of a second when first used."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: where the package's files lie, if not where it is installed."""
        self._folder = folder
        self._known = _KnownWords()

    @property
    def model_id(self) -> str:
        """Name package, file content and recipe; raises Misconfigured where the files cannot be read."""
        return f"wordllama-{DIMENSION}-{self._model.digest}-title{TITLE_WEIGHT}-1"

    @property
    def dimension(self) -> int:
        """Tell how many numbers a row has."""
        return DIMENSION

    def embed_documents(self, documents: Sequence[Document]) -> FloatRows:
        """Embed (title, text) pairs; raises Misconfigured where the files cannot be read."""
        titles = self._sums([title for title, _ in documents])
        return unit_rows(self._sums([text for _, text in documents]) + np.float32(TITLE_WEIGHT) * titles)

    def embed_queries(self, texts: Sequence[str]) -> FloatRows:
        """Embed what readers type; raises Misconfigured where the files cannot be read."""
        return unit_rows(self._sums(texts))

    @cached_property
    def _model(self) -> _Model:
        with telling(_BROKEN):
            from safetensors.numpy import load
            from tokenizers import Tokenizer

            folder = self._folder or _package_folder()
            weights, rules = (folder / _WEIGHTS).read_bytes(), (folder / _TOKENIZER).read_bytes()
            vectors = load(weights)["embedding.weight"].astype(np.float32)
            tokenizer = Tokenizer.from_str(rules.decode("utf-8"))
            tokenizer.no_padding()
            tokenizer.no_truncation()
            if vectors.shape != (tokenizer.get_vocab_size(), DIMENSION):
                raise ValueError(f"vectors {vectors.shape}, {tokenizer.get_vocab_size()} tokens")
            return _Model(vectors, tokenizer, sha256(weights + rules).hexdigest()[:8])

    def _sums(self, texts: Sequence[str]) -> FloatRows:
        """Add up the vectors of each text's tokens, always in their order: the batch never changes a row."""
        vectors = self._model.vectors
        sums = np.zeros((len(texts), DIMENSION), np.float32)
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            words = [safe_text(text).split() for text in texts[start : start + _TEXTS_AT_ONCE]]
            tokens_of = self._tokens(words).__getitem__
            for row, of_text in enumerate(words, start):
                if of_text:
                    tokens = np.frombuffer(b"".join(map(tokens_of, of_text)), np.intp)
                    vectors.take(tokens, axis=0).sum(axis=0, out=sums[row])
        return sums

    def _tokens(self, texts: list[list[str]]) -> dict[str, bytes]:
        """Return token numbers (bytes of `intp`) for at least the words of these texts.

        Equal to cutting the whole text: none of the model's tokens reaches over a single space."""
        known = self._known
        if known.letters > _CACHE_ROOM:  # begin anew; other threads finish with the words they hold
            self._known = known = _KnownWords()
        new = list({word for words in texts for word in words if word not in known.tokens})
        known.letters += sum(map(len, new)) + 10 * len(new)
        encodings = self._model.tokenizer.encode_batch_fast(new, add_special_tokens=False) if new else []
        for word, encoding in zip(new, encodings, strict=True):
            known.tokens[word] = np.array(encoding.ids, np.intp).tobytes()
        return known.tokens


def _package_folder() -> Path:
    """Find WordLlama's files without importing it; raises FileNotFoundError."""
    spec = find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("wordllama")
    return Path(spec.submodule_search_locations[0])
