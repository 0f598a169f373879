"""Files of citations say what the papers say: written by us, read back by our own importers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import bibtexparser
import orjson
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.domain.paper import Paper, PaperContent, Record
from broadsheet.extraction.readable import readable
from broadsheet.render import citations
from broadsheet.render.citation_keys import citation_keys
from broadsheet.sources.bibtex import read_bibtex_text
from broadsheet.sources.blocks import cut_blocks
from broadsheet.sources.csl import read_csl_item
from broadsheet.sources.fields import fold
from broadsheet.sources.reading import Line
from broadsheet.sources.ris import STARTS, _read_entry

SIGNS = st.sampled_from(
    [*"\\{}$%&#_^~\"'`-—–…|<>@=,;:!?()[]*/+.0a Zéüñłøßœæåçğžαβ≤∞ℓ𝔼汉字ёй“”‘’ˆ˙·", "--", "''", "``", r"\alpha"]
)
WORDS = st.lists(SIGNS, max_size=30).map("".join)
NAMES = (
    st.lists(
        st.text(alphabet="abzABZéñłøßΔ汉-.'&%_", min_size=1, max_size=8).filter(lambda w: re.search(r"[^\W_]", w)),
        min_size=1,
        max_size=3,
    )
    .map(" ".join)
    .filter(lambda n: "and" not in n.lower().split() and not re.search(r"''|--|&", n))
)
PAPERS = st.builds(
    lambda title, names, day, number: Paper(
        number, f"2401.{number:05d}", PaperContent(title=title, authors=tuple(names), published_on=day)
    ),
    WORDS,
    st.lists(NAMES, max_size=4),
    st.dates(date(1950, 1, 2), date(2030, 1, 1)),
    st.integers(1, 99_999),
)


def expected(text: str) -> str:
    return fold(" ".join(readable(text).split()), 10_000)


@settings(max_examples=300, deadline=None)
@given(paper=PAPERS.filter(lambda p: expected(p.content.title)))
def test_what_is_written_as_bibtex_is_read_as_it_was(paper):
    text = citations.bibtex([paper])
    assert len(bibtexparser.parse_string(text).entries) == 1
    (record,) = read_bibtex_text(text)
    assert isinstance(record, Record), record
    assert record.title == expected(paper.content.title)
    assert record.authors == tuple(expected(name) for name in paper.content.authors)
    assert (record.arxiv_id, record.published_on.year) == (paper.id, paper.content.published_on.year)


@settings(max_examples=200, deadline=None)
@given(paper=PAPERS.filter(lambda p: re.search(r"\w", expected(p.content.title))))
def test_what_is_written_as_ris_or_csl_is_read_as_it_was(paper):
    paper = replace(paper, content=replace(paper.content, title=f"A {paper.content.title}"))
    if re.search(r"</?[a-z]", paper.content.title):
        return  # mark-up, which importers take out
    text = citations.ris([paper])
    assert len(rispy.loads(text)) == 1
    lines = (Line(n, line) for n, line in enumerate(text.encode().splitlines(True), 1))
    from_ris = [_read_entry(block) for block in cut_blocks(lines, STARTS)]
    from_csl = [read_csl_item(item) for item in orjson.loads(citations.csl_json([paper]))]
    for (record,) in (from_ris, from_csl):
        assert record.title == expected(paper.content.title)
        assert record.authors == tuple(expected(name) for name in paper.content.authors)
        assert record.published_on == paper.content.published_on
        assert record.arxiv_id == paper.id or record in from_ris


@settings(max_examples=100, deadline=None)
@given(papers=st.lists(PAPERS, max_size=40, unique_by=lambda paper: paper.id), order=st.randoms(use_true_random=False))
def test_keys_are_plain_unique_and_do_not_depend_on_the_order(papers, order):
    keys = citation_keys(papers)
    assert len(set(keys)) == len(papers)
    assert all(re.fullmatch(r"[a-z0-9]+", key) for key in keys)
    shuffled = order.sample(papers, len(papers))
    assert dict(zip([p.id for p in shuffled], citation_keys(shuffled), strict=True)) == dict(
        zip([p.id for p in papers], keys, strict=True)
    )
