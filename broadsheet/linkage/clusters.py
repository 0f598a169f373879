"""Which papers become one, given how alike they are, under the law that names outweigh likeness.

Two different names of one kind never come together by likeness: two arXiv ids, two DOIs, two OpenReview forums, two
names that one source gives. A published DOI and an arXiv id may; arXiv's own DOIs are arXiv ids. What a curator has
parted has two names of a kind of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from broadsheet.domain.identifiers import find_arxiv_id

# Sources whose name for a paper is not the paper's own: readers write citation keys, saved pages have none.
_NAMED_BY_HAND = frozenset({"bibtex", "ris", "csl", "zotero", "daily-page", "sample"})
_KINDS = {"arxiv": "arXiv id", "doi": "DOI", "openreview": "OpenReview forum"}
_NO_NAMES = frozenset({"content", "id"})

Names = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two papers that may be one, and why."""

    one: int
    other: int
    score: float
    reason: str


def names_of(keys: Iterable[str]) -> dict[str, frozenset[str]]:
    """Sort a paper's keys (`kind:name`) by kind, leaving out those that do not tell papers apart."""
    found: dict[str, set[str]] = {}
    for key in keys:
        kind, _, name = key.partition(":")
        if kind == "doi" and (arxiv_id := find_arxiv_id(name)):
            kind, name = "arxiv", arxiv_id
        if kind not in _NAMED_BY_HAND and kind not in _NO_NAMES:
            found.setdefault(kind, set()).add(name)
    return {kind: frozenset(names) for kind, names in found.items()}


def same_name(key: str) -> str:
    """Say in words that a key (`kind:name`) is what makes two records one paper."""
    kind, _, name = key.partition(":")
    return f"same {_KINDS.get(kind, f'{kind} id')} {name}"


def contradict(one: Names, other: Names) -> bool:
    """Say whether two papers have different names of one kind, and none in common there."""
    return any(kind in other and not names & other[kind] for kind, names in one.items())


def accepted(pairs: Iterable[Pair], names: Mapping[int, Names]) -> list[Pair]:
    """Return the pairs that may be united, the most alike first; each cluster keeps the law as it grows.

    Ties go to the lower numbers, so that the same pairs give the same clusters in whatever order they come.
    """
    leader: dict[int, int] = {}
    held: dict[int, Names] = {}
    taken = []
    for pair in sorted(pairs, key=lambda pair: (-pair.score, pair.one, pair.other)):
        one, other = _leader(leader, pair.one), _leader(leader, pair.other)
        mine, theirs = held.get(one, names[pair.one]), held.get(other, names[pair.other])
        if one == other or contradict(mine, theirs):
            continue
        leader[other] = one
        held[one] = {kind: mine.get(kind, frozenset()) | theirs.get(kind, frozenset()) for kind in {*mine, *theirs}}
        taken.append(pair)
    return taken


def _leader(leader: dict[int, int], member: int) -> int:
    while member in leader:
        member = leader[member]
    return member
