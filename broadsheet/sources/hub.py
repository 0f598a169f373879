"""The Hub's papers as its API gives them: items of `/api/daily_papers` and answers of `/api/papers/{id}`.

A list item wraps the paper; the inner `publishedAt` is arXiv's date, the outer one the day on which the paper
entered the daily list. `summary` is the authors' abstract and `ai_summary` somebody's own words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from broadsheet.domain.errors import Invalid
from broadsheet.domain.identifiers import find_arxiv_id
from broadsheet.domain.paper import Record
from broadsheet.sources.addresses import arxiv_links
from broadsheet.sources.fields import (
    MAX_ABSTRACT,
    MAX_NAMES,
    MAX_TITLE,
    Fields,
    count_of,
    day_of,
    fields_of,
    first_text,
    fold,
    links_of,
    list_of,
    name_of,
    words_of,
)

# Where answers and pages of the Hub keep their lists.
LIST_KEYS = ("dailyPapers", "papers", "searchResults")


def is_hub_item(fields: Fields) -> bool:
    """Say whether an object is one of the Hub's papers, wrapped or flat."""
    if isinstance(fields.get("paper"), dict):
        return True
    return "id" in fields and any(key in fields for key in ("summary", "upvotes", "publishedAt"))


def papers_in(answer: Fields) -> Iterator[Fields]:
    """Yield the papers of an answer or of a page's properties: itself, or the items of the lists it holds."""
    if is_hub_item(answer):
        yield answer
        return
    for key in LIST_KEYS:
        for item in list_of(answer.get(key)):
            if isinstance(item, dict):
                yield item


def is_hub_list(fields: Fields) -> bool:
    """Say whether an object holds a list of the Hub's papers."""
    return any(is_hub_item(item) for item in papers_in(fields))


def read_hub_item(item: Fields) -> Record:
    """Read one list item or flat item; raises Invalid where it has no id or no title."""
    nested = item.get("paper")
    paper = nested if isinstance(nested, dict) else item
    name = name_of(paper.get("id"))
    if not name:
        raise Invalid("id", "no id")
    title = _either(paper, item, "title", MAX_TITLE)
    if not title:
        raise Invalid("title", "no title")
    arxiv_id = find_arxiv_id(name)
    return Record(
        source="hub",
        source_id=arxiv_id or name,
        title=title,
        abstract=_either(paper, item, "summary", MAX_ABSTRACT),
        summary=_either(paper, item, "ai_summary", MAX_ABSTRACT),
        authors=_authors(paper.get("authors")),
        organization=_organization(item) or _organization(paper),
        published_on=day_of(paper.get("publishedAt")),
        edition_on=_edition(paper, item),
        keywords=words_of(paper.get("ai_keywords")) or words_of(item.get("ai_keywords")),
        upvotes=count_of(paper.get("upvotes")) or count_of(item.get("upvotes")),
        comments=count_of(item.get("numComments")) or count_of(paper.get("numComments")),
        links=arxiv_links(arxiv_id)
        + links_of(
            ("code", _either(paper, item, "githubRepo", MAX_TITLE)),
            ("project", _either(paper, item, "projectPage", MAX_TITLE)),
        ),
        arxiv_id=arxiv_id,
    )


def _either(paper: Fields, item: Fields, key: str, limit: int) -> str:
    return fold(paper.get(key), limit) or fold(item.get(key), limit)


def _edition(paper: Fields, item: Fields) -> date | None:
    day = day_of(paper.get("submittedOnDailyAt")) or day_of(item.get("submittedOnDailyAt"))
    if day is None and paper is not item:
        return day_of(item.get("publishedAt"))
    return day


def _authors(value: object) -> tuple[str, ...]:
    names = []
    for author in list_of(value)[:MAX_NAMES]:
        fields = fields_of(author)
        if fields.get("hidden") is not True:
            names.append(fold(fields.get("name", author)))
    return tuple(name for name in names if name)


def _organization(fields: Fields) -> str:
    given = fields.get("organization")
    return fold(given) or first_text(fields_of(given), "fullname", "name")
