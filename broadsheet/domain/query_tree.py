"""The tree that a query is read into, its normal form, and how it is written down again.

Knows nothing of how text is parsed (`query_parser.py`) nor of how an index answers. Trees are in normal form when they
are built with `all_of`, `any_of` and `negate`, and the parser builds no others:

- a `Word` without field stands in a `Words` only; an `And` has at most one `Words`, and it comes first;
- no `And` in an `And`, no `Or` in an `Or`, no `Not` in a `Not`; `And` and `Or` have two members or more.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

TEXT_FIELDS = ("ti", "au", "abs", "org")
FIELDS = (*TEXT_FIELDS, "cat", "id", "has", "source", "in", "after", "before", "date", "sort")
LONG_NAMES = {"title": "ti", "author": "au", "abstract": "abs", "organization": "org", "category": "cat"}
KINDS = ("code", "project", "data")

FIELD_PREFIX = re.compile(rf"({'|'.join((*FIELDS, *LONG_NAMES))}):")
MERE_NUMBER = re.compile(r"[0-9.,;:%]+")
_PIECES = re.compile(r'[\s"():]+')


@dataclass(frozen=True, slots=True)
class Word:
    """A word to look for, in one field (of TEXT_FIELDS) or in all. Hyphens and signs are still in it (`C++`)."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Free words: any of them may match, and more is better.

    Beside a phrase or a fielded word in the same `And` they order what is found and need not match; else at least
    one must, or the meaning of all must be near.
    """

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand side by side in this order, in one field (of TEXT_FIELDS) or in any one."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A category (`cs.LG`) or, without a dot, a whole archive (`cs`)."""

    name: str

    def covers(self, category: str) -> bool:
        """Return whether a paper of this category is meant."""
        name, category = self.name.casefold(), category.casefold()
        return category == name or category.startswith(f"{name}.")


@dataclass(frozen=True, slots=True)
class Has:
    """The paper has a link of this kind (one of KINDS)."""

    kind: str


@dataclass(frozen=True, slots=True)
class Source:
    """The paper was seen in this source (`arxiv`, `hub`, `bibtex`)."""

    name: str


@dataclass(frozen=True, slots=True)
class DateRange:
    """The day of the paper's first version lies between two days, both included; None is an open end."""

    after: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class PaperIdIs:
    """The paper has this arXiv id (without version), DOI (lower case), OpenReview forum or id of our own."""

    id: str


@dataclass(frozen=True, slots=True)
class InLibrary:
    """The reader has saved the paper; `pks` is what that reader saved, None where nobody said who is reading."""

    pks: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """What must hold together; see `Words` for its free words."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Of these at least one must hold."""

    nodes: tuple[Node, ...]


Leaf: TypeAlias = Word | Phrase | Category | Has | Source | InLibrary | DateRange | PaperIdIs
Node: TypeAlias = Leaf | Words | Not | And | Or


def all_of(nodes: Iterable[Node | None]) -> Node | None:
    """Return the node that holds where all of these do, in normal form; None where there are none."""
    words: list[Word] = []
    rest: list[Node] = []
    for node in nodes:
        for part in parts_of(node):
            if isinstance(part, Words):
                words.extend(part.words)
            elif isinstance(part, Word) and part.field is None:
                words.append(part)
            else:
                rest.append(part)
    members = ((Words(tuple(words)),) if words else ()) + tuple(rest)
    return And(members) if len(members) > 1 else next(iter(members), None)


def any_of(nodes: Iterable[Node | None]) -> Node | None:
    """Return the node that holds where one of these does, in normal form; None where there are none."""
    members: list[Node] = []
    for node in map(_in_words, nodes):
        if node is not None:
            members.extend(node.nodes if isinstance(node, Or) else (node,))
    return Or(tuple(members)) if len(members) > 1 else next(iter(members), None)


def negate(node: Node | None) -> Node | None:
    """Return the node that holds where this one does not, in normal form; None stays None."""
    node = _in_words(node)
    if isinstance(node, Not):
        return node.node
    return None if node is None else Not(node)


def _in_words(node: Node | None) -> Node | None:
    return Words((node,)) if isinstance(node, Word) and node.field is None else node


def parts_of(node: Node | None) -> tuple[Node, ...]:
    """Return the conditions that a tree joins at its top."""
    if node is None:
        return ()
    return node.nodes if isinstance(node, And) else (node,)


def leaves(node: Node | None, positive: bool = True) -> Iterator[tuple[Leaf, bool]]:
    """Yield all leaves in order (the members of a `Words` one by one), and whether each is wanted or excluded."""
    if isinstance(node, Not):
        yield from leaves(node.node, not positive)
    elif isinstance(node, And | Or | Words):
        for member in node.words if isinstance(node, Words) else node.nodes:
            yield from leaves(member, positive)
    elif node is not None:
        yield node, positive


def with_leaves(node: Node | None, instead: Mapping[Leaf, Leaf]) -> Node | None:
    """Return a tree with some leaves replaced by others of their kind."""
    match node:
        case None | Words():
            return node
        case Not(inner):
            return Not(with_leaves(inner, instead) or inner)
        case And(nodes):
            return And(tuple(with_leaves(one, instead) or one for one in nodes))
        case Or(nodes):
            return Or(tuple(with_leaves(one, instead) or one for one in nodes))
        case _:
            return instead.get(node, node)


def has_text(node: Node) -> bool:
    """Return whether there is a word or phrase in a tree; a tree without one is a filter."""
    return any(isinstance(leaf, Word | Phrase) for leaf, _ in leaves(node))


def plain_words(raw: str) -> tuple[str, ...]:
    """Return a word as it is, or in pieces where it would be read as an operator if it were typed again."""
    if not re.search(r"\w", raw):
        return ()
    if is_bare(raw) and raw[0] != "-" and raw != "OR" and not FIELD_PREFIX.match(raw):
        return (raw,)
    pieces = (piece.lstrip("-") for piece in _PIECES.split(raw))
    return tuple("or" if piece == "OR" else piece for piece in pieces if re.search(r"\w", piece))


def is_bare(text: str) -> bool:
    """Return whether a value can be written without quotes: no space, and each parenthesis in it has its partner."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0 or character == '"' or character.isspace():
            return False
    return depth == 0 and bool(text) and text[0] != "("


def write(node: Node | None) -> str:
    """Write a tree in the search language, as short as it can be; a tree in normal form is read back as it was."""
    match node:
        case None:
            return ""
        case Words(words):
            return " ".join(piece for word in words for piece in plain_words(word.text))
        case Not(inner):
            text = _grouped(inner)
            return f"-({text})" if MERE_NUMBER.fullmatch(text) else f"-{text}"
        case And(nodes):
            return " ".join(write(member) for member in nodes)
        case Or(nodes):
            return " OR ".join(_grouped(member) for member in nodes)
        case _:
            return _write_leaf(node)


def _write_leaf(leaf: Leaf) -> str:
    match leaf:
        case Word(text, None):
            return " ".join(plain_words(text))
        case Word(text, field):
            return f"{field}:{_value(text)}"
        case Phrase(text, field):
            return (f"{field}:" if field else "") + _quoted(text)
        case Category(name):
            return f"cat:{_value(name)}"
        case PaperIdIs(paper_id):
            return f"id:{_value(paper_id)}"
        case Has(kind):
            return f"has:{kind}"
        case Source(name):
            return f"source:{_value(name)}"
        case InLibrary():
            return "in:library"
        case DateRange(after, before):
            return _write_dates(after, before)


def _grouped(node: Node) -> str:
    text = write(node)
    several = isinstance(node, And | Or) or (isinstance(node, Words) and " " in text)
    return f"({text})" if several else text


def _value(text: str) -> str:
    return text if is_bare(text) else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', " ") + '"'


def _write_dates(after: date | None, before: date | None) -> str:
    first = _first_day(after) if after else ""
    last = _last_day(before) if before else ""
    if first and last:
        return f"date:{first}" if first == last else f"date:{first}..{last}"
    return f"before:{last}" if last else f"after:{first}"


def _first_day(day: date) -> str:
    text = day.isoformat()
    return text[:4] if text.endswith("-01-01") else text[:7] if day.day == 1 else text


def _last_day(day: date) -> str:
    text = day.isoformat()
    return text[:4] if text.endswith("-12-31") else text[:7] if day.day == monthrange(day.year, day.month)[1] else text
