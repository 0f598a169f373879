"""How alike two records are: features of a pair, and the score that the learned weights make of them.

The score is the logistic function of the features' weighted sum: the probability, for pairs like those learned from,
that both are one paper. A title alone proves nothing: without an author in common or abstracts that meet, it is 0.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from broadsheet.linkage.normalise import Described
from broadsheet.linkage.weights import BIAS, WEIGHTS

_LEAST_SHINGLES = 5
_LEAST_TITLE = 0.3
_LEAST_ABSTRACT = 0.1


@dataclass(frozen=True, slots=True)
class Likeness:
    """The score of a pair, and what it was made of."""

    score: float
    title: float
    authors_shared: int
    authors: int
    years: tuple[int | None, int | None]
    abstract: float | None

    def reason(self) -> str:
        """Say it in words: `likeness 0.98: title 1.00, authors 3 of 4, 2024/2024, abstract 0.93`."""
        told = [f"title {self.title:.2f}"]
        if self.authors:
            told.append(f"authors {self.authors_shared} of {self.authors}")
        if all(self.years):
            told.append("/".join(map(str, self.years)))
        if self.abstract is not None:
            told.append(f"abstract {self.abstract:.2f}")
        return f"likeness {math.floor(self.score * 100) / 100:.2f}: {', '.join(told)}"


def features(one: Described, other: Described) -> dict[str, float]:
    """Return the features of a pair by name; the same whichever comes first."""
    title = _dice(one.title_trigrams, other.title_trigrams)
    shared, fewer, more = _authors(one, other)
    abstract = _abstract(one, other)
    apart = abs(one.year - other.year) if one.year and other.year else 0
    short = max(0.0, 1 - min(len(one.title_words), len(other.title_words)) / 6)
    of_all = shared / more if fewer else 0.0
    return {
        "title": title,
        "title_squared": title * title,
        "title_contained": _contained(one.title_trigrams, other.title_trigrams),
        "title_words": _contained(one.title_words, other.title_words),
        "title_part": float(bool(one.title_parts & other.title_parts)),
        "title_short": short,
        "title_short_authors": short * of_all,
        "title_and_authors": title * title * of_all,
        "numbers_differ": float(one.numbers != other.numbers),
        "authors": shared / fewer if fewer else 0.0,
        "authors_of_all": of_all,
        "authors_unknown": float(fewer == 0),
        "year_apart": float(apart == 1),
        "years_apart": float(apart > 1),
        "year_apart_words_unknown": float(apart == 1 and abstract is None),
        "years_apart_words_unknown": float(apart > 1 and abstract is None),
        "abstract": abstract or 0.0,
        "abstract_differs": float(abstract is not None and abstract < _LEAST_ABSTRACT),
        "abstract_unknown": float(abstract is None),
    }


def compare(one: Described, other: Described) -> Likeness:
    """Return the likeness of a pair."""
    shared, fewer, more = _authors(one, other)
    abstract = _abstract(one, other)
    title = _dice(one.title_trigrams, other.title_trigrams)
    score = probability(features(one, other)) if _can_be_one(one, other, shared, abstract) else 0.0
    return Likeness(score, title, shared, more if fewer else 0, (one.year, other.year), abstract)


def is_worth_a_score(one: Described, other: Described) -> bool:
    """Say whether a pair shows enough that the weights may judge it."""
    return _can_be_one(one, other, _authors(one, other)[0], _abstract(one, other))


def _can_be_one(one: Described, other: Described, shared: int, abstract: float | None) -> bool:
    if abstract is None:
        return shared > 0 and _contained(one.title_trigrams, other.title_trigrams) >= _LEAST_TITLE
    return abstract >= _LEAST_ABSTRACT or (shared > 0 and bool(one.title_parts & other.title_parts))


def probability(found: dict[str, float]) -> float:
    """Return the logistic function of the weighted sum of features."""
    total = BIAS + sum(weight * found[name] for name, weight in WEIGHTS.items())
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


def _authors(one: Described, other: Described) -> tuple[int, int, int]:
    """Return how many authors are shared, and how many the shorter and the longer list have."""
    shorter, longer = sorted((one.author_keys, other.author_keys), key=len)
    if not shorter:
        return 0, 0, len(longer)
    known = frozenset().union(*longer)
    return sum(1 for keys in shorter if keys & known), len(shorter), len(longer)


def _abstract(one: Described, other: Described) -> float | None:
    """Return how much of the shorter abstract stands in the longer one; None where one is missing or too short."""
    if not one.abstract or not other.abstract:
        return None
    if min(len(one.shingles), len(other.shingles)) < _LEAST_SHINGLES:
        return None
    return _contained(one.shingles, other.shingles)


def _contained(one: Collection[object], other: Collection[object]) -> float:
    fewer = min(len(one), len(other))
    return len(set(one) & set(other)) / fewer if fewer else 0.0


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0
