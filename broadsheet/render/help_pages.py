"""The pages that lead to the others: help with searching, feeds, the API, and what browsers are told of our search."""

from __future__ import annotations

from broadsheet.render import heads, links
from broadsheet.render.api_document import Document, form_in_words
from broadsheet.render.dresses import FEEDS
from broadsheet.render.opml import Offers
from broadsheet.render.pages import Masthead, render_page


def show_feeds(masthead: Masthead, offers: Offers) -> str:
    """Return the page that names all feeds; `offers` are headings, each with (title, address) of its lists."""
    head = heads.page_head(links.FEEDS, "Feeds", "Every list of papers as Atom, RSS and JSON Feed.")
    return render_page("show_feeds.html", masthead, offers=offers, feeds=FEEDS, head=head)


def show_opensearch(masthead: Masthead, root: str) -> str:
    """Return the description by which browsers offer our search (OpenSearch 1.1); `root` is where we are reached."""
    return render_page("show_opensearch.html", masthead, root=root)


def show_search_help(masthead: Masthead) -> str:
    """Return the help page of the search language."""
    return render_page("show_search_help.html", masthead, head=heads.page_head(links.SEARCH_HELP, "How to search"))


def show_api_docs(masthead: Masthead, document: Document) -> str:
    """Return the page of documentation that an OpenAPI document makes."""
    return render_page("show_api_docs.html", masthead, document=document, form_in_words=form_in_words)
