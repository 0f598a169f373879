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
    likely = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(beginnings)})[a-z0-9]*")
    known: dict[str, bool] = {}

    def matches(word: str) -> bool:
        if word not in known:
            known[word] = not terms.isdisjoint(analyzer.analyze(word))
        return known[word]

    def highlight(text: str) -> list[Span]:
        if not terms:
            return []
        found = likely.finditer(text.lower()) if text.isascii() else _WORD.finditer(text)
        return [match.span() for match in found if matches(match[0])]

    return highlight
