"""Which record's words a paper shows, field by field; the same rule in words is in docs/linking.md.

Records are asked in the order of their source's rank (SOURCE_RANK, most trusted first) and, within a source, newest
first; the first that has something to say wins the field. So title and abstract are those of the newest arXiv version.
The venue is asked of those first who print what was accepted (VENUE_RANK). Counts are the largest that any source's
newest record shows. Links, code among them, are gathered from all, one address once. A sample record counts only where
nothing else is; so does what a group brought for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from broadsheet.domain.paper import Link, PaperContent, Record, is_private

SOURCE_RANK = (
    "arxiv",
    "arxiv-rss",
    "arxiv-listing",
    "openreview",
    "crossref",
    "openalex",
    "semantic-scholar",
    "hub",
    "daily-page",
    "feed",
    "bibtex",
    "ris",
    "csl",
    "zotero",
    "corpus",
)
_RANK = {source: rank for rank, source in enumerate(SOURCE_RANK)}
VENUE_RANK = ("openreview", "crossref")
# Two ways to the same words: the newest of either counts.
_SAME_RANK = {"arxiv-oai": "arxiv"}
SAMPLE_SOURCE = "sample"


def choose_content(records: Sequence[Record]) -> PaperContent:
    """Make a paper's content from its records, given oldest first; raises ValueError when there are none."""
    if not records:
        raise ValueError("a paper needs at least one record")
    records = real_records(records)
    if len(records) == 1:
        return _content_of(records[0])
    newest_first = records[::-1]
    ordered = sorted(newest_first, key=lambda record: _rank(record.source))
    newest: dict[str, Record] = {}
    for record in ordered:
        newest.setdefault(record.source, record)
    return PaperContent(
        title=ordered[0].title,
        abstract=next((r.abstract for r in ordered if r.abstract), ""),
        summary=next((r.summary for r in ordered if r.summary), ""),
        authors=next((r.authors for r in ordered if r.authors), ()),
        author_count=next((r.author_count for r in ordered if r.author_count is not None), None),
        organization=next((r.organization for r in ordered if r.organization), ""),
        published_on=next((r.published_on for r in ordered if r.published_on), None),
        edition_on=next((r.edition_on for r in ordered if r.edition_on), None),
        categories=next((r.categories for r in ordered if r.categories), ()),
        keywords=next((r.keywords for r in ordered if r.keywords), ()),
        upvotes=max(r.upvotes for r in newest.values()),
        comments=max(r.comments for r in newest.values()),
        links=_gather_links(ordered),
        venue=next((r.venue for r in sorted(ordered, key=_venue_rank) if r.venue), ""),
        is_sample=all(r.source == SAMPLE_SOURCE for r in ordered),
    )


def real_records(records: Sequence[Record]) -> Sequence[Record]:
    """Return the records without those of the built-in sample and of groups, unless there are no others."""
    records = public_records(records)
    real = [record for record in records if record.source != SAMPLE_SOURCE]
    return real or records


def public_records(records: Sequence[Record]) -> Sequence[Record]:
    """Return the records without those that groups brought for themselves, unless there are no others."""
    return [record for record in records if not is_private(record.source)] or records


def _content_of(record: Record) -> PaperContent:
    return PaperContent(
        title=record.title,
        abstract=record.abstract,
        summary=record.summary,
        authors=record.authors,
        author_count=record.author_count,
        organization=record.organization,
        published_on=record.published_on,
        edition_on=record.edition_on,
        categories=record.categories,
        keywords=record.keywords,
        upvotes=record.upvotes,
        comments=record.comments,
        links=record.links,
        venue=record.venue,
        is_sample=record.source == SAMPLE_SOURCE,
    )


def _rank(source: str) -> int:
    name = "corpus" if source.startswith("corpus-") else _SAME_RANK.get(source, source)
    return _RANK.get(name, len(SOURCE_RANK))


def _venue_rank(record: Record) -> int:
    return VENUE_RANK.index(record.source) if record.source in VENUE_RANK else len(VENUE_RANK)


def _gather_links(records: Iterable[Record]) -> tuple[Link, ...]:
    by_url: dict[str, Link] = {}
    for record in records:
        for link in record.links:
            by_url.setdefault(link.url, link)
    return tuple(by_url.values())
