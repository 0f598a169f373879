"""Which words of a text a query matched, found with the index's own analyzer."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

import tantivy

from broadsheet.index.protocol import Highlighter, Span

# What tantivy's simple tokenizer calls a word: a run of letters and digits.
_WORD = re.compile(r"[^\W_]+")


def make_highlighter(terms: AbstractSet[str], analyzer: tantivy.TextAnalyzer) -> Highlighter:
    """Return a function from text to the (start, end) of each word whose term is in `terms`."""
    # A stem begins as its word does, but for accents: plain text is asked only for words with a right beginning.
    beginnings = sorted({re.escape(term[: max(1, min(4, len(term) - 2))]) for term in terms})
    # No look behind: a pattern that begins with its letters is found several times as fast. A match inside a word runs
    # to that word's end, so none that begins a word is lost with it.
    likely = re.compile(rf"(?:{'|'.join(beginnings)})[a-z0-9]*")
    known: dict[str, bool] = {}

    def matches(word: str) -> bool:
        if word not in known:
            known[word] = not terms.isdisjoint(analyzer.analyze(word))
        return known[word]

    def highlight(text: str) -> list[Span]:
        if not terms:
            return []
        if not text.isascii():
            return [match.span() for match in _WORD.finditer(text) if matches(match[0])]
        plain = text.lower()
        found = [match.span() for match in likely.finditer(plain)]
        return [(at, end) for at, end in found if not plain[at - 1 : at].isalnum() and matches(plain[at:end])]

    return highlight
