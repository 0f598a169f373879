"""Which words of a text a query matched, found with the index's own analyzer."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

import tantivy

from broadsheet.index.protocol import Highlighter, Span

# What tantivy's simple tokenizer calls a word: a run of letters and digits.
_WORD = re.compile(r"[^\W_]+")


_REST = re.compile("[a-z0-9]*")
_LONGEST_BEGINNING = 6


def make_highlighter(terms: AbstractSet[str], analyzer: tantivy.TextAnalyzer) -> Highlighter:
    """Return a function from text to the (start, end) of each word whose term is in `terms`."""
    # Plain text is asked only for words with a right beginning, and searching it for each of them takes a third of the
    # time of one pattern for all.
    beginnings = {_beginning(term) for term in terms}
    beginnings -= {one for one in beginnings if any(one.startswith(other) for other in beginnings - {one})}
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
        plain, found = text.lower(), []
        for beginning in beginnings:
            at = plain.find(beginning)
            while at >= 0:
                end = at + 1
                if not plain[at - 1 : at].isalnum():
                    rest = _REST.match(plain, at + 1)
                    end = rest.end() if rest else end
                    if matches(plain[at:end]):
                        found.append((at, end))
                at = plain.find(beginning, end)
        return sorted(found)

    return highlight


def _beginning(term: str) -> str:
    """Return how every word with this term begins: as its stem does, but for a last letter (`try` of `tries`).

    Three letters are the exception: `die` is the stem of `dying`.
    """
    kept = 1 if len(term) == 3 and term.endswith("ie") else len(term) - 1
    return term[: min(max(kept, 1), _LONGEST_BEGINNING)]
