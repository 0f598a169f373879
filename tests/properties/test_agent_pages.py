"""Whatever papers hold, a page for agents is short, ends between its marks, and the pages together are the whole."""

from __future__ import annotations

import hashlib
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.agents.answers import PAGE_CHARACTERS, Answer, Turn, list_answer, size, text_answer
from broadsheet.agents.cursors import Place, read_cursor
from broadsheet.agents.untrusted import clean
from broadsheet.domain.listing import Listing, Ranked
from broadsheet.domain.paper import Paper, PaperContent

REQUEST = "0123abcd"
HOSTILE = st.sampled_from(
    ['"', "\\", "<<<", ">>>", "\x00", "\n", "untrusted", "\U000e0041", "漢", "😀", "word ", "\ud800"]
)
WRITTEN = st.builds(
    lambda parts, times: "".join(parts) * times,
    st.lists(HOSTILE | st.text(max_size=8), max_size=12),
    st.integers(1, 400),
)
PAPERS = st.builds(
    lambda title, name, text, paper_id: Paper(
        1, paper_id, PaperContent(title=title, abstract=text, authors=(name,) * 5, upvotes=10**9)
    ),
    WRITTEN, WRITTEN, WRITTEN, WRITTEN,
)  # fmt: skip


def check(answer: Answer) -> None:
    """A page is short, and its text ends between marks that name what is between them."""
    assert len(answer.text) + size(answer.data) <= PAGE_CHARACTERS
    if "<<<" not in answer.text:
        assert not answer.data["papers"]
        return
    found = re.fullmatch(r"(.*)\n<<<untrusted ([0-9a-f]{16})\n(.*)\nuntrusted \2>>>", answer.text, re.S)
    assert found and answer.text.count("<<<") == answer.text.count(">>>") == 1
    assert hashlib.sha256(found[3].encode()).hexdigest()[:16] == found[2]


@settings(max_examples=40, deadline=None)
@given(st.lists(PAPERS, max_size=12), st.integers(1, 50), WRITTEN)
def test_lists(papers: list[Paper], limit: int, suggestion: str) -> None:
    entries = tuple(Ranked(rank, 1.0, {}, paper) for rank, paper in enumerate(papers, 1))
    cursor, ranks = "", []
    while cursor is not None:
        place = read_cursor(cursor, REQUEST)
        listing = Listing(entries[place.offset : place.offset + limit], len(entries), place.offset, limit)
        facts = {"suggestion": clean(suggestion)[:200].replace("\n", " ")}
        answer = list_answer("Papers found", listing, Turn(REQUEST, Place(place.offset, "2025-W45")), **facts)
        check(answer)
        ranks += [row["rank"] for row in answer.data["papers"]]
        cursor = answer.data["next"]
    assert ranks == list(range(1, len(papers) + 1))


@settings(max_examples=40, deadline=None)
@given(WRITTEN, st.integers(1, 30), WRITTEN)
def test_texts(written: str, times: int, paper_id: str) -> None:
    text = clean(written * times) or "nothing"
    facts = {"id": clean(paper_id)[:300], "upvotes": 10**9, "published_on": None}
    cursor, stretches = "", []
    while cursor is not None:
        answer = text_answer("One paper.", text, Turn(REQUEST, read_cursor(cursor, REQUEST)), facts)
        check(answer)
        stretches.append(answer.data["untrusted"])
        cursor = answer.data["next"]
    assert "".join(stretches) == text
    assert all(len(stretch) > 2_000 for stretch in stretches[:-1])
