"""Did you mean ...: words of a query that stand in no paper, or next to none, replaced by the nearest that do."""

from __future__ import annotations

import re

from broadsheet.domain.query import Query
from broadsheet.index.text import TextSide
from broadsheet.ranking.spelling import nearest_word

SHORTEST = 3
LONGEST = 40
MOST_MENDED = 5
# A word of so few papers is taken for a slip where one near to it stands in so many times as many titles.
RARE = 3
OFTENER = 50
_PIECE = re.compile(r"[^\W\d_]+(?!\w)")
_ENGLISH_FIELDS = ("title", "text", "keywords")
_NAME_FIELDS = ("authors", "organization")


def mended(text: TextSide, query: Query) -> str:
    """Return what was typed with its unknown words replaced; empty where nothing is unknown or nothing is near."""
    typed = query.text
    wanted = " ".join(term.text for term in query.terms if "://" not in term.text)
    pieces = dict.fromkeys(_PIECE.findall(wanted))
    looked_at = [piece for piece in pieces if SHORTEST <= len(piece) <= LONGEST]
    doubtful = [(piece, times) for piece in looked_at if (times := frequency(text, piece)) <= RARE]
    for piece, times in doubtful[:MOST_MENDED]:
        for word in text.names.analyze(piece)[:1]:
            # Walking all words with a letter takes milliseconds: for a word that stands in papers, two must be right.
            known = text.searcher().terms_with_prefix("words", word[: 2 if times else 1])
            better = nearest_word(word, [one for one in known if one[1] >= times * OFTENER])
            if better:
                typed = re.sub(rf"(?<!\w){re.escape(piece)}(?![\w:])", better, typed)
    return typed if typed != query.text else ""


def frequency(text: TextSide, word: str) -> int:
    """Count the papers that have a word in one field, in any of its forms: in the field that has it most often."""
    searcher = text.searcher()
    stemmed, plain = text.english.analyze(word), text.names.analyze(word)
    counts = [searcher.doc_freq(field, term) for field in _ENGLISH_FIELDS for term in stemmed]
    counts += [searcher.doc_freq(field, term) for field in _NAME_FIELDS for term in plain]
    return max([*counts, searcher.doc_freq("category", word.casefold())])
