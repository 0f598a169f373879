"""Did you mean ...: words of a query that stand in no paper, replaced by the nearest that do."""

from __future__ import annotations

import re

from broadsheet.domain.query import Query
from broadsheet.index.text import TextSide
from broadsheet.ranking.spelling import nearest_word

SHORTEST = 3
LONGEST = 40
MOST_MENDED = 5
_PIECE = re.compile(r"[^\W\d_]+(?!\w)")
_ENGLISH_FIELDS = ("title", "text", "keywords")
_NAME_FIELDS = ("authors", "organization")


def mended(text: TextSide, query: Query) -> str:
    """Return what was typed with its unknown words replaced; empty where nothing is unknown or nothing is near."""
    typed = query.text
    wanted = " ".join(term.text for term in query.terms if "://" not in term.text)
    pieces = dict.fromkeys(_PIECE.findall(wanted))
    unknown = [piece for piece in pieces if SHORTEST <= len(piece) <= LONGEST and not is_known(text, piece)]
    for piece in unknown[:MOST_MENDED]:
        for word in text.names.analyze(piece)[:1]:
            better = nearest_word(word, text.searcher().terms_with_prefix("words", word[:1]))
            if better:
                typed = re.sub(rf"(?<!\w){re.escape(piece)}(?![\w:])", better, typed)
    return typed if typed != query.text else ""


def is_known(text: TextSide, word: str) -> bool:
    """Say whether a word stands in any paper, in any of its forms."""
    searcher = text.searcher()
    stemmed, plain = text.english.analyze(word), text.names.analyze(word)
    return (
        any(searcher.doc_freq(field, term) for field in _ENGLISH_FIELDS for term in stemmed)
        or any(searcher.doc_freq(field, term) for field in _NAME_FIELDS for term in plain)
        or searcher.doc_freq("category", word.casefold()) > 0
    )
