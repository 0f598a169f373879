"""Whatever is pasted, a name of a paper or nothing comes out; whatever JSON comes in, a record or a reason."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.domain.paper import Record
from broadsheet.domain.pasted import KINDS, read_pasted
from broadsheet.sources import crossref, feeds, openalex, openreview, semantic_scholar
from broadsheet.sources.json_api import read_entries
from broadsheet.sources.markup import plain_text
from broadsheet.sources.reading import SetAside

FORMS = ("{}", "https://arxiv.org/abs/{}", "doi:{}", "https://doi.org/10.1000/{}",
         "https://x.example/doi/10.1000/{}", "https://openreview.net/forum?id={}",
         "@article{{{}", "arxiv.org/{}", "http://[{}", "2401.00001{}")  # fmt: skip
pasted = st.text() | st.builds(lambda form, text: form.format(text), st.sampled_from(FORMS), st.text(max_size=20))

KEYS = ("DOI", "title", "author", "given", "family", "issued", "published", "date-parts", "container-title", "abstract",
        "type", "relation", "has-preprint", "link", "URL", "id", "doi", "authorships", "display_name", "locations",
        "primary_location", "source", "abstract_inverted_index", "keywords", "publication_date", "content", "value",
        "authors", "venue", "venueid", "pdf", "cdate", "odate", "ddate", "forum", "invitations", "paperId",
        "externalIds", "ArXiv", "year", "openAccessPdf", "url")  # fmt: skip
GOOD = (
    "10.1000/lamp.1",
    "Lantern study",
    "https://openalex.org/W1",
    "a" * 40,
    "lantern0001",
    "2401.00001",
    "2026-01-01",
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(GOOD)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=20,
)
objects = st.fixed_dictionaries(
    {"title": st.just("Lantern study") | values},
    optional={key: st.sampled_from(GOOD) | values for key in KEYS if key != "title"},
)
READERS = (crossref.read_work, openalex.read_work, openreview.read_note, semantic_scholar.read_paper)


@given(pasted)
def test_reading_what_was_pasted_never_raises(text):
    found = read_pasted(text)
    if found is not None:
        assert found.kind in KINDS and found.name
        if found.kind != "bibtex":
            assert not any(c.isspace() for c in found.name)
            again = {"openreview": f"https://openreview.net/forum?id={found.name}"}.get(found.kind, found.name)
            assert read_pasted(again) == found


@given(st.sampled_from(READERS), st.lists(objects | values, max_size=4))
def test_readers_give_records_or_reasons(read, entries):
    for item in read_entries(entries, read):
        assert isinstance(item, SetAside) or (isinstance(item, Record) and item.title and item.source_id)


@given(st.text() | st.text(alphabet='<>&;/!abp-[]"= jats:x'))
def test_no_mark_up_survives_as_a_control(text):
    plain = plain_text(text)
    assert plain.isprintable() or not plain.isascii()


@given(st.binary(max_size=300) | st.text(alphabet="<>/itemrsguidlnk&;= \"'x:", max_size=200).map(
    lambda text: f"<rss version='2.0'><channel><item><title>x</title>{text}</item></channel></rss>".encode()
))  # fmt: skip
def test_feeds_never_crash(body):
    for item in feeds.read_feed(body, "https://a.example/feed"):
        assert isinstance(item, SetAside | Record)
