"""What a reader types into the search box, as the index understands it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_CHARACTERS = 1_000
MAX_WORDS = 32
_PHRASE = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Query:
    """Words of which any may match, and phrases that all must match; `text` is what was typed, cleaned."""

    text: str
    words: tuple[str, ...]
    phrases: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to look for."""
        return not self.words and not self.phrases


def clean_text(text: str) -> str:
    """Return `text` without control characters, in one line, with single spaces, at most MAX_CHARACTERS long."""
    text = unicodedata.normalize("NFC", text[: 4 * MAX_CHARACTERS])
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return " ".join(kept.split())[:MAX_CHARACTERS].strip()


def parse_query(text: str) -> Query:
    """Read a query; never fails: a quote without its partner is read as nothing."""
    text = clean_text(text)
    phrases = tuple(p.strip() for p in _PHRASE.findall(text) if re.search(r"\w", p))
    rest = _PHRASE.sub(" ", text).replace('"', " ")
    words = tuple(word for word in rest.split() if re.search(r"\w", word))
    return Query(text, words[:MAX_WORDS], phrases[:MAX_WORDS])
