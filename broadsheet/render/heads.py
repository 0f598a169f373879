"""What stands in a page's head for others: canonical address, feeds, previews, and what citation managers read.

Highwire's tags as Google Scholar and Zotero read them, schema.org's ScholarlyArticle, the Open Graph protocol.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from markupsafe import Markup

from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.render.cards import byline, is_web_address
from broadsheet.render.dresses import DRESSES, FEEDS

MOST_IN_PREVIEW = 200
MOST_IN_ABSTRACT = 5_000
MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another dress of a page."""

    name: str
    url: str
    media_type: str
    is_feed: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a page; addresses are ours, without the site's name; `json_ld` is a script element of data."""

    canonical: str
    title: str
    description: str = ""
    kind: str = "website"
    tags: tuple[tuple[str, str], ...] = ()
    alternates: tuple[Alternate, ...] = ()
    json_ld: Markup | None = None


def page_head(canonical: str, title: str, description: str = "") -> Head:
    """Return the head of a page that is neither a paper nor a list of papers."""
    return Head(canonical, title, _preview(description))


def list_head(title: str, address: str, titles: Sequence[str], canonical: str = "") -> Head:
    """Return the head of a list: `address` is its first page's; `canonical` stands where this is a later one."""
    told = [readable(one) for one in titles[:5]]
    alternates = tuple(
        Alternate(dress.name, links.dressed(address, dress.suffix), dress.media_type.partition(";")[0], dress.is_feed)
        for dress in DRESSES.values()
    )
    return Head(canonical or address, title, _preview("; ".join(told)), alternates=alternates)


def feed_alternates(address: str, name: str) -> tuple[Alternate, ...]:
    """Return the feeds of a list of ours, under a name that says what they are feeds of; files are left out."""
    return tuple(
        Alternate(
            f"{name}, {dress.name}",
            links.dressed(address, dress.suffix),
            dress.media_type.partition(";")[0],
            is_feed=True,
        )
        for dress in FEEDS
    )


def paper_head(paper: Paper, root: str, *, discusses: bool = False) -> Head:
    """Return the head of a paper's page; `root` is where readers reach the site, empty where nobody said.

    `discusses` says that its comments can be had as feeds.
    """
    content = paper.content
    title = _line(content.title) or "A paper"
    text = _line(content.abstract or content.summary) or _line(byline(paper))
    feeds = feed_alternates(links.comments(paper.id), "comments") if discusses else ()
    return Head(
        links.paper(paper.id), title, _preview(text), "article", _highwire(paper, title), feeds, _json_ld(paper, root)
    )


def _highwire(paper: Paper, title: str) -> tuple[tuple[str, str], ...]:
    content, day = paper.content, paper.content.published_on
    urls = {link.kind: link.url for link in reversed(content.links) if is_web_address(link.url)}
    tags = [("citation_title", title)]
    tags += [("citation_author", _line(name)) for name in content.authors[:MOST_NAMES]]
    tags += [
        ("citation_publication_date", day.strftime("%Y/%m/%d") if day else ""),
        ("citation_journal_title", _line(content.venue)),
        ("citation_doi", find_doi(paper.id) or ""),
        ("citation_arxiv_id", find_arxiv_id(paper.id) or ""),
        ("citation_pdf_url", urls.get("pdf", "")),
        ("citation_abstract_html_url", urls.get("abs", "")),
        ("citation_abstract", _line(content.abstract)[:MOST_IN_ABSTRACT]),
    ]
    tags += [("citation_keywords", _line(word)) for word in content.keywords]
    return tuple((name, value) for name, value in tags if value)


def _json_ld(paper: Paper, root: str) -> Markup:
    content, day = paper.content, paper.content.published_on
    doi, arxiv_id = find_doi(paper.id), find_arxiv_id(paper.id)
    same = [f"https://doi.org/{doi}"] if doi else [f"https://arxiv.org/abs/{arxiv_id}"] if arxiv_id else []
    urls = [link.url for link in content.links if is_web_address(link.url)]
    article = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": _line(content.title) or "A paper",
        "author": [{"@type": "Person", "name": _line(name)} for name in content.authors[:MOST_NAMES]],
        "datePublished": day.isoformat() if day else None,
        "abstract": _line(content.abstract)[:MOST_IN_ABSTRACT],
        "keywords": [_line(word) for word in (*content.categories, *content.keywords)],
        "isPartOf": {"@type": "Periodical", "name": _line(content.venue)} if content.venue else None,
        "url": root + links.paper(paper.id) if root else None,
        "sameAs": list(dict.fromkeys([*same, *urls])),
    }
    text = orjson.dumps({name: value for name, value in article.items() if value}).decode()
    # Within a script nothing is unescaped but its end: no sign that could begin one is left.
    for sign, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(sign, escaped)
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - escaped above


def _preview(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_IN_PREVIEW else line[: MOST_IN_PREVIEW - 1].rsplit(" ", 1)[0] + "…"


def _line(text: str) -> str:
    return " ".join(readable(text).split())
