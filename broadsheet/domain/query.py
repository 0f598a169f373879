"""The search language: what a reader types into the search box, as the index understands it.

The tree and its written form are in `query_tree.py`, the parser in `query_parser.py`, the values of fields in
`query_fields.py`; everything that others use is offered here. How the language looks to readers: docs/search.md.

Reading never fails. Where the text is no query (quotation mark or parenthesis without its partner, a value that a
field does not take, a dangling OR, too deep, too much), all of it is read literally, as free words, and `complaint`
says why. What merely looks like a field (`foo:bar`, `12:30`, an address) is a word, without complaint; so are `AND`,
`NOT`, and fields in capitals (`Ti:sapphire`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from broadsheet.domain.query_fields import SORTS, NotUnderstood
from broadsheet.domain.query_parser import MAX_DEPTH, read_tree, straight_quotes
from broadsheet.domain.query_tree import (
    FIELDS,
    KINDS,
    TEXT_FIELDS,
    And,
    Category,
    DateRange,
    Has,
    InLibrary,
    Leaf,
    Node,
    Not,
    Or,
    PaperIdIs,
    Phrase,
    Source,
    Word,
    Words,
    all_of,
    any_of,
    has_text,
    leaves,
    negate,
    parts_of,
    plain_words,
    with_leaves,
    write,
)

__all__ = [
    "FIELDS",
    "KINDS",
    "MAX_CHARACTERS",
    "MAX_CONDITIONS",
    "MAX_DEPTH",
    "MAX_WORDS",
    "SORTS",
    "TEXT_FIELDS",
    "And",
    "Category",
    "DateRange",
    "Has",
    "InLibrary",
    "Leaf",
    "Node",
    "Not",
    "Or",
    "PaperIdIs",
    "Phrase",
    "Query",
    "Source",
    "Word",
    "Words",
    "all_of",
    "any_of",
    "clean_text",
    "format_query",
    "has_text",
    "leaves",
    "literal_query",
    "negate",
    "parse_query",
    "parts_of",
    "with_leaves",
]

MAX_CHARACTERS = 1_000
MAX_WORDS = 150
MAX_CONDITIONS = 32


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed (`text`, cleaned) and what it means; `tree` is None where there is nothing to look for.

    `sort` is one of SORTS, or None where the reader did not say. `complaint` is empty, or says in one sentence
    why the text was read literally; `tree` then holds its words. `meaning` is for the embedder: the wanted text in
    the order typed, never cut, without names, filters and what is excluded. `unwanted` are the pks of papers that the
    reader does not want to see: whatever is asked for, they are not in the answer. `is_counted` is False where nobody
    asks how many papers match in all, which takes a tenth of a search.
    """

    text: str
    tree: Node | None = None
    sort: str | None = None
    complaint: str = ""
    meaning: str = ""
    unwanted: frozenset[int] = frozenset()
    is_counted: bool = True

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to look for."""
        return self.tree is None

    @property
    def order(self) -> str:
        """The order of results: as asked for; else by relevance, or newest first where there is no wanted text."""
        return self.sort or ("relevance" if self.terms else "new")

    @property
    def terms(self) -> tuple[Word | Phrase, ...]:
        """All wanted words and phrases, fielded ones too, in order: what to highlight."""
        return tuple(leaf for leaf, wanted in leaves(self.tree) if wanted and isinstance(leaf, Word | Phrase))

    @property
    def words(self) -> tuple[str, ...]:
        """The wanted free words in order, those of alternatives too."""
        return tuple(term.text for term in self.terms if isinstance(term, Word) and term.field is None)

    @property
    def soft(self) -> tuple[str, ...]:
        """The free words at the top: any may match, more is better."""
        return tuple(word.text for part in parts_of(self.tree) if isinstance(part, Words) for word in part.words)

    @property
    def required(self) -> Node | None:
        """The tree without the free words at its top: what every result must fulfil, whichever index found it."""
        return all_of(part for part in parts_of(self.tree) if not isinstance(part, Words))

    @property
    def asks_for_library(self) -> bool:
        """True where the answer depends on who is reading."""
        return any(isinstance(leaf, InLibrary) for leaf, _ in leaves(self.tree))

    @property
    def filters(self) -> tuple[Node, ...]:
        """The conditions at the top that ask for no text (category, date, id, `has:`; excluded or alternatives too)."""
        return tuple(part for part in parts_of(self.tree) if not has_text(part))

    def without_text(self) -> Query:
        """Return the query with its filters alone."""
        return self._with_tree(all_of(self.filters))

    def without(self, condition: Node) -> Query:
        """Return the query without a condition at its top; the same query where it is not there."""
        return self._with_tree(all_of(part for part in parts_of(self.tree) if part != condition))

    def narrowed_by(self, condition: Node) -> Query:
        """Return the query with one more condition, once."""
        return self if condition in parts_of(self.tree) else self._with_tree(all_of((self.tree, condition)))

    def knowing_library(self, saved: frozenset[int]) -> Query:
        """Return the query that knows the pks of what its reader saved, wherever it asks for the library."""
        known: dict[Leaf, Leaf] = {InLibrary(): InLibrary(saved)}
        return replace(self, tree=with_leaves(self.tree, known)) if self.asks_for_library else self

    def sorted_by(self, order: str) -> Query:
        """Return the query with another order of results (one of SORTS); the usual one is not written."""
        unsorted = replace(self, sort=None, complaint="")
        changed = unsorted if order == unsorted.order else replace(unsorted, sort=order)
        return replace(changed, text=format_query(changed))

    def _with_tree(self, tree: Node | None) -> Query:
        if tree == self.tree:
            return self
        changed = replace(self, tree=tree, complaint="")
        meaning = self.meaning
        if changed.terms != self.terms:
            meaning = " ".join(term.text for term in changed.terms if term.field in (None, "ti", "abs"))
        return replace(changed, text=format_query(changed), meaning=meaning)


def clean_text(text: str) -> str:
    """Return `text` without control characters, in one line, with single spaces, at most MAX_CHARACTERS long."""
    text = unicodedata.normalize("NFC", text[: 4 * MAX_CHARACTERS])
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return " ".join(kept.split())[:MAX_CHARACTERS].strip()


def parse_query(text: str) -> Query:
    """Read a query; never fails (see the module). Free words at the top beyond MAX_WORDS are left out."""
    text = clean_text(text)
    try:
        reading = read_tree(text)
        return Query(text, _bounded(reading.tree, reading.sort), reading.sort, meaning=reading.meaning)
    except NotUnderstood as reason:
        return literal_query(text, str(reason))


def literal_query(text: str, complaint: str = "") -> Query:
    """Read a text as free words, operators and all; for text that nobody typed as a query, too."""
    text = clean_text(text)
    words = [word for raw in straight_quotes(text).split() for word in plain_words(raw)]
    tree = Words(tuple(map(Word, words[:MAX_WORDS]))) if words else None
    return Query(text, tree, complaint=complaint, meaning=" ".join(words))


def format_query(query: Query | Node | None) -> str:
    """Write a query or a tree in the search language; what parse_query gave is read back as the same tree."""
    if not isinstance(query, Query):
        return write(query)
    return " ".join(part for part in (write(query.tree), f"sort:{query.sort}" if query.sort else "") if part)


def _bounded(tree: Node | None, sort: str | None) -> Node | None:
    parts: list[Node] = []
    conditions = 0
    for part in parts_of(tree):
        if isinstance(part, Words):
            parts.append(Words(part.words[:MAX_WORDS]))
        else:
            conditions += sum(1 for _ in leaves(part))
            parts.append(part)
    if conditions > MAX_CONDITIONS:
        raise NotUnderstood(f"There are more than {MAX_CONDITIONS} conditions.")
    bounded = all_of(parts)
    if len(format_query(Query("", bounded, sort))) > MAX_CHARACTERS:
        raise NotUnderstood(f"The query is longer than {MAX_CHARACTERS:,} characters.")
    return bounded
