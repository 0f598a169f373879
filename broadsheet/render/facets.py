"""The links around the results of a search: narrow it, take a condition away, sort it otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from broadsheet.domain.listing import Facet
from broadsheet.domain.query import DateRange, Has, Node, Query, Source, format_query
from broadsheet.domain.query_fields import NotUnderstood, field_node
from broadsheet.render import links

SOURCE_NAMES = {
    "arxiv": "arXiv",
    "arxiv-oai": "arXiv's OAI-PMH",
    "arxiv-rss": "arXiv's feeds",
    "arxiv-listing": "arXiv's new listings",
    "openreview": "OpenReview",
    "crossref": "Crossref",
    "openalex": "OpenAlex",
    "semantic-scholar": "Semantic Scholar",
    "hub": "the Hub's daily papers",
    "feed": "a feed",
    "daily-page": "a saved page of the Daily Papers",
    "bibtex": "a BibTeX file",
    "ris": "a RIS file",
    "csl": "a CSL-JSON file",
    "submission": "a reader here",
    "zotero": "a Zotero library",
    "sample": "the built-in sample",
}
HEADINGS = {"year": "Year", "category": "Category", "has": "With", "source": "From"}
ORDERS = {"relevance": "best", "new": "newest", "votes": "most voted for"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that changes the query; `count` is how many papers are left, `is_chosen` that it holds now."""

    name: str
    url: str
    count: int = 0
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of one kind."""

    heading: str
    choices: tuple[Choice, ...]


def orders(query: Query) -> tuple[Choice, ...]:
    """Return the orders that make sense for a query; the best first only where there are words."""
    known = [order for order in ORDERS if order != "relevance" or query.terms]
    return tuple(
        Choice(ORDERS[order], links.search(query.sorted_by(order).text), is_chosen=order == query.order)
        for order in known
    )


def conditions(query: Query) -> tuple[Choice, ...]:
    """Return the conditions of a query, each with the address of the search without it."""
    return tuple(Choice(format_query(node), links.search(query.without(node).text)) for node in query.filters)


def narrower(query: Query, facets: Sequence[Facet], count: int) -> tuple[Choices, ...]:
    """Return what may narrow a query that finds `count` papers; what all of them have, or it asks for, is left out."""
    offered = (Choices(HEADINGS[facet.field], tuple(_choices(query, facet, count))) for facet in facets)
    return tuple(choices for choices in offered if choices.choices)


def _choices(query: Query, facet: Facet, most: int) -> Iterator[Choice]:
    for value, count in facet.counts:
        node = condition_of(facet.field, value)
        if node is not None and node not in query.filters and count < most:
            yield Choice(_name(facet.field, value, node), links.search(query.narrowed_by(node).text), count)


def condition_of(field: str, value: str) -> Node | None:
    """Return the condition that a value of a facet stands for; None where the search language cannot say it."""
    if field == "year":
        return DateRange(date(int(value), 1, 1), date(int(value), 12, 31))
    if field == "has":
        return Has(value)
    try:
        return field_node("cat" if field == "category" else field, value, False)
    except NotUnderstood:
        return None


def _name(field: str, value: str, node: Node) -> str:
    if isinstance(node, Source):
        return SOURCE_NAMES.get(value, value)
    return getattr(node, "name", value) if field == "category" else value
