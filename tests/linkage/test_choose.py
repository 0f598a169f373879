"""Which record's words a paper shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest

from broadsheet.domain.paper import Link, Record
from broadsheet.linkage.choose import SOURCE_RANK, choose_content

Make = Callable[..., Record]


def test_no_record_no_paper() -> None:
    with pytest.raises(ValueError, match="at least one"):
        choose_content([])


def test_one_record_is_the_paper(make_record: Make) -> None:
    record = make_record(summary="In short.", organization="Harbour Lab", upvotes=4, comments=2, venue="Proc. of Lamps")
    content = choose_content([record])
    for name in (
        "title abstract summary authors author_count organization published_on edition_on categories keywords "
        "upvotes comments links venue"
    ).split():
        assert getattr(content, name) == getattr(record, name), name
    assert content.is_sample is False


def test_the_more_trusted_source_wins_whatever_the_order(make_record: Make) -> None:
    arxiv = make_record(source="arxiv", title="As the authors wrote it")
    page = make_record(source="daily-page", title="As a page showed it")
    for order in ([arxiv, page], [page, arxiv]):
        assert choose_content(order).title == "As the authors wrote it"


def test_every_source_beats_the_next_and_an_unknown_one_comes_last(make_record: Make) -> None:
    names = ["corpus-some" if name == "corpus" else name for name in SOURCE_RANK] + ["unheard-of"]
    for better, worse in pairwise(names):
        pair = [make_record(source=worse, title="worse"), make_record(source=better, title="better")]
        assert choose_content(pair).title == "better", (better, worse)


def test_within_a_source_the_newest_wins(make_record: Make) -> None:
    records = [make_record(title="First words"), make_record(title="Corrected words")]
    assert choose_content(records).title == "Corrected words"


def test_a_field_that_says_nothing_is_asked_of_the_next(make_record: Make) -> None:
    arxiv = make_record(source="arxiv", abstract="", authors=(), keywords=(), published_on=None)
    hub = make_record(summary="In short.", organization="Harbour Lab", edition_on=date(2026, 2, 3), author_count=0)
    content = choose_content([arxiv, hub])
    assert content.abstract == hub.abstract
    assert content.authors == hub.authors
    assert content.keywords == hub.keywords
    assert content.published_on == hub.published_on
    assert content.summary == "In short."
    assert content.organization == "Harbour Lab"
    assert content.edition_on == date(2026, 2, 3)
    assert content.author_count == 0


def test_the_venue_is_asked_of_those_who_print_what_was_accepted(make_record: Make) -> None:
    arxiv = make_record(source="arxiv", title="Of arXiv", venue="submitted to Lamps")
    crossref, openreview = (make_record(source=name, venue=f"By {name}") for name in ("crossref", "openreview"))
    assert choose_content([arxiv, crossref]).venue == "By crossref"
    assert choose_content([openreview, crossref, arxiv]).venue == "By openreview"
    assert choose_content([openreview, arxiv]).title == "Of arXiv"
    assert choose_content([make_record(source="openreview", venue=""), arxiv]).venue == arxiv.venue


def test_counts_are_the_largest_of_each_sources_newest(make_record: Make) -> None:
    records = [
        make_record(upvotes=90, comments=9),
        make_record(upvotes=40, comments=1),
        make_record(source="daily-page", upvotes=50, comments=0),
    ]
    content = choose_content(records)
    assert (content.upvotes, content.comments) == (50, 1)


def test_links_are_gathered_and_an_address_stands_once(make_record: Make) -> None:
    code, data = Link("code", "https://example.org/code"), Link("data", "https://example.org/data")
    arxiv = make_record(source="arxiv", links=(code,))
    hub = make_record(links=(data, Link("other", code.url)))
    assert choose_content([hub, arxiv]).links == (code, data)


def test_a_paper_is_sample_only_while_nothing_else_speaks_of_it(make_record: Make) -> None:
    sample = make_record(source="sample", title="Of the sample")
    assert choose_content([sample]).is_sample
    assert choose_content([sample, sample]).is_sample
    mixed = choose_content([sample, make_record(title="Of a source")])
    assert not mixed.is_sample
    assert mixed.title == "Of a source"


def test_two_ways_to_arxivs_own_words_the_newest_counts(make_record: Make) -> None:
    search = make_record(source="arxiv", title="From the search")
    harvest = make_record(source="arxiv-oai", title="From the harvest")
    feed = make_record(source="arxiv-rss", title="From the feed", edition_on=date(2026, 3, 4))
    assert choose_content([search, harvest, feed]).title == "From the harvest"
    assert choose_content([harvest, search, feed]).title == "From the search"
    assert choose_content([search, harvest, feed]).edition_on == date(2026, 3, 4)
