"""A reader's query tree turned into what the engines are asked.

Free words score and any may match; every other condition must hold. Conditions on date, category, links and
library can be told to both engines; the rest is checked by the text side for what the vectors bring.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import tantivy

from broadsheet.domain.query_tree import (
    And,
    Category,
    DateRange,
    Has,
    InLibrary,
    Node,
    Not,
    Or,
    PaperIdIs,
    Phrase,
    Source,
    Word,
    Words,
    leaves,
    parts_of,
)
from broadsheet.index.text import MUST, MUST_NOT, SHOULD, Query, TextSide

FIELDS = {"ti": "title", "au": "authors", "abs": "text", "org": "organization"}
EVERYWHERE = ("title", "text", "authors", "organization", "keywords")
FIRST_DAY, LAST_DAY = 0, date.max.toordinal()
PHRASE_WEIGHT = 2.0
# A term set walks all pks of the index, whatever it holds (2 ms of 60,000 papers); a query a pk costs 1.5 µs each.
LARGEST_ONE_BY_ONE = 2_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What vectors can tell as well as text: days (ordinals, both included), categories of each condition, links.

    `pks`: none but these; None where any paper may be found.
    """

    after: int = FIRST_DAY
    before: int = LAST_DAY
    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    pks: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as the engines understand it.

    `words` is what is meant, in words, for the vectors; `clauses` any of which may match and each of which scores;
    `where` must match and does not score; `limits` is the part of it that vectors can tell, `limits_say_all` whether
    that is all of it; `knows_a_word` whether any word of the query stands in any paper.
    """

    words: str
    clauses: tuple[tantivy.Query, ...] = ()
    where: tantivy.Query | None = None
    limits: Limits = field(default_factory=Limits)
    limits_say_all: bool = True
    knows_a_word: bool = True

    @property
    def is_empty(self) -> bool:
        """True where nothing is asked."""
        return not self.clauses and self.where is None and not self.words


def ask(text: TextSide, tree: Node | None, through: int | None = None, unwanted: frozenset[int] = frozenset()) -> Asked:
    """Turn a tree into what the engines are asked; with `through`, of papers up to that pk alone; `unwanted` never."""
    words = " ".join(leaf.text for leaf, wanted in leaves(tree) if wanted and isinstance(leaf, Word | Phrase))
    clauses: list[tantivy.Query] = []
    conditions: list[tantivy.Query] = []
    limits, rest = _limits(tree)
    for part in parts_of(tree):
        if isinstance(part, Words):
            clauses += text.word_clauses(" ".join(word.text for word in part.words))
        else:
            conditions.append(_condition(text, part))
            clauses += _scoring(text, part)
    if through is not None and (words or conditions):
        conditions.append(Query.range_query(text.schema, "pk", tantivy.FieldType.Integer, 0, through))
    if unwanted and (words or conditions):
        conditions.append(_but(_among(text, sorted(unwanted))))
    where = None
    if conditions:
        where = conditions[0] if len(conditions) == 1 else Query.boolean_query([(MUST, one) for one in conditions])
    known = any(text.frequency(term) for term in text.terms(words)) if words else True
    return Asked(words, tuple(clauses), where, limits, not rest and through is None and not unwanted, known)


def _scoring(text: TextSide, part: Node) -> Iterator[tantivy.Query]:
    """Yield what the positive words of a condition add to the score."""
    for leaf, wanted in leaves(part):
        if wanted and isinstance(leaf, Word | Phrase):
            yield _condition(text, leaf)


def _condition(text: TextSide, node: Node) -> tantivy.Query:  # noqa: C901 (one arm a kind of node)
    match node:
        case Words(words):
            return _any([_word(text, word) for word in words])
        case Word():
            return _word(text, node)
        case Phrase(words, of_field):
            fields = (FIELDS[of_field],) if of_field else EVERYWHERE
            return _any([text.phrase(name, words, PHRASE_WEIGHT) for name in fields])
        case Category(name):
            return text.term("category", name.casefold())
        case Has(kind):
            return text.term("has", kind)
        case Source(name):
            return text.term("source", name)
        case InLibrary(pks):
            return _among(text, sorted(pks or ()))
        case PaperIdIs(paper_id):
            return text.term("id", paper_id)
        case DateRange(after, before):
            return _days(text, after, before)
        case Not(inner):
            return _but(_condition(text, inner))
        case And(nodes):
            return Query.boolean_query([(MUST, _condition(text, one)) for one in nodes])
        case Or(nodes):
            return _any([_condition(text, one) for one in nodes])


def _among(text: TextSide, pks: list[int]) -> tantivy.Query:
    if len(pks) > LARGEST_ONE_BY_ONE:
        return Query.term_set_query(text.schema, "pk", pks)
    return _any([Query.term_query(text.schema, "pk", pk) for pk in pks])


def _but(query: tantivy.Query) -> tantivy.Query:
    return Query.boolean_query([(MUST, Query.exists_query("pk")), (MUST_NOT, query)])


def _word(text: TextSide, word: Word) -> tantivy.Query:
    if word.field:
        return _any([text.phrase(FIELDS[word.field], word.text)])
    return _any([text.phrase(name, word.text) for name in EVERYWHERE])


def _any(queries: list[tantivy.Query | None]) -> tantivy.Query:
    present = [query for query in queries if query is not None]
    return Query.boolean_query([(SHOULD, query) for query in present]) if present else Query.empty_query()


def _days(text: TextSide, after: date | None, before: date | None) -> tantivy.Query:
    first, last = (after.toordinal() if after else 1), (before.toordinal() if before else LAST_DAY)
    return Query.range_query(text.schema, "day", tantivy.FieldType.Integer, first, last)


def _limits(tree: Node | None) -> tuple[Limits, list[Node]]:
    """Split the conditions of a tree into what vectors can tell and the rest."""
    after, before = FIRST_DAY, LAST_DAY
    categories: list[str] = []
    kinds: list[str] = []
    pks: frozenset[int] | None = None
    rest: list[Node] = []
    for part in parts_of(tree):
        match part:
            case DateRange(first, last):
                after = max(after, first.toordinal() if first else 1)
                before = min(before, last.toordinal() if last else LAST_DAY)
            case Category(name) if not categories:
                categories.append(name.casefold())
            case Or(nodes) if not categories and all(isinstance(node, Category) for node in nodes):
                categories += [node.name.casefold() for node in nodes if isinstance(node, Category)]
            case Has(kind):
                kinds.append(kind)
            case InLibrary(saved):
                pks = (saved or frozenset()) if pks is None else pks & (saved or frozenset())
            case Words():
                pass
            case _:
                rest.append(part)
    return Limits(after, before, tuple(categories), tuple(kinds), pks), rest
