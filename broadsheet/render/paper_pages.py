"""The page of one paper, and the page of papers like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from broadsheet.domain.groups import Group
from broadsheet.domain.library import Shelf
from broadsheet.domain.listing import Listing
from broadsheet.domain.paper import Paper
from broadsheet.domain.query import clean_text
from broadsheet.domain.submissions import Desk
from broadsheet.extraction.readable import readable
from broadsheet.render import citations, facets, heads, links
from broadsheet.render.cards import byline, card_links, make_card
from broadsheet.render.pages import Masthead, ballot, list_head, long_date, make_cards, render_page
from broadsheet.render.remarks import make_remarks
from broadsheet.render.talk import Talk


@dataclass(frozen=True, slots=True)
class BesidePaper:
    """What stands beside a paper on its page: `shelf` and `desk` are None for nobody, `talk`
    where there is no discussion. `groups` are those that the visitor is in, each with whether it has the paper.
    """

    similar: Listing
    shelf: Shelf | None = None
    talk: Talk | None = None
    desk: Desk | None = None
    groups: Sequence[tuple[Group, bool]] = ()


def show_paper(masthead: Masthead, paper: Paper, beside: BesidePaper) -> str:
    """Return a paper's page."""
    return render_page(
        "show_paper.html",
        masthead,
        paper=paper,
        shelf=beside.shelf,
        desk=beside.desk,
        groups=beside.groups,
        talk=beside.talk,
        remarks=make_remarks(masthead, beside.talk, paper.id) if beside.talk else [],
        card=replace(
            make_card(paper, masthead.today),
            ballot=ballot(masthead, paper, is_given=beside.desk is not None and beside.desk.has_voted),
        ),
        authors=[name for name in (clean_text(readable(one)) for one in paper.content.authors) if name],
        organization=readable(paper.content.organization),
        byline=byline(paper),
        venue=readable(paper.content.venue),
        published=long_date(paper.content.published_on) if paper.content.published_on else "",
        edition_on=paper.content.edition_on,
        paper_links=card_links(paper),
        abstract=readable(paper.content.abstract),
        summary=readable(paper.content.summary),
        head=heads.paper_head(paper, masthead.root, discusses=beside.talk is not None),
        bibtex=citations.bibtex([paper]),
        sources=[(facets.SOURCE_NAMES.get(s.source, s.source), s.source_id, s.reason) for s in paper.sources],
        similar=make_cards(beside.similar, masthead),
    )


def show_similar(masthead: Masthead, paper: Paper, listing: Listing) -> str:
    """Return the page of papers like one."""
    cards = make_cards(listing, masthead)
    head = list_head(f"Papers like {readable(paper.content.title)}", links.similar(paper.id), listing)
    return render_page("show_similar.html", masthead, card=make_card(paper, masthead.today), cards=cards, head=head)
