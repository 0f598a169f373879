"""A paper as others cite it, read back by the libraries that read such files."""

from __future__ import annotations

from datetime import date

import bibtexparser
import orjson
import pytest
import rispy

from broadsheet.domain.paper import Link, Paper, PaperContent
from broadsheet.render import citations

PAPER = Paper(
    1,
    "10.1000/182/barley(2025)",
    PaperContent(
        title=r"The Fields & $\ell_2$ of 100\% {B}arley_x",
        abstract="One.\n\nTwo.",
        authors=("José Núñez", "Plato", "Maria de la Cruz"),
        published_on=date(2025, 1, 31),
        venue="Journal of Fields",
        keywords=("barley",),
        links=(Link("code", "https://c.example"), Link("abs", "https://a.example/{x}")),
    ),
)
HOSTILE = Paper(
    2,
    "10.1234/a}b{c",
    PaperContent(
        title="}} @misc{evil, title = {x}}\nER  - \nTY  - X",
        authors=("}\nAU  - Eve", "{"),
        categories=("}",),
        venue="}\n# Venue",
        links=(Link("abs", "https://x.example/}"),),
    ),
)


@pytest.mark.parametrize("paper", [PAPER, HOSTILE])
def test_bibtex_is_one_entry(paper):
    library = bibtexparser.parse_string(citations.bibtex([paper]))
    assert library.failed_blocks == []
    assert len(library.entries) == 1
    assert citations.bibtex([paper]).replace("₂", "").isascii()  # TeX has no name for it that is read back


def test_bibtex_says_what_is_known():
    entry = bibtexparser.parse_string(citations.bibtex([PAPER])).entries[0]
    fields = {field.key: field.value for field in entry.fields}
    assert entry.entry_type == "article"
    assert entry.key == "nunez2025fields"
    assert fields["journal"] == "Journal of Fields"
    assert fields["doi"] == "10.1000/182/barley(2025)"
    assert fields["url"] == "https://a.example/%7Bx%7D"
    assert (fields["year"], fields["month"]) == ("2025", "1")
    assert fields["author"].count(" and ") == 2


def test_an_arxiv_paper_is_cited_with_its_eprint():
    paper = Paper(1, "hep-th/9901001", PaperContent(title="Strings", categories=("hep-th",)))
    text = citations.bibtex([paper])
    for words in ("@misc{strings", "eprint = {hep-th/9901001}", "archiveprefix = {arXiv}", "primaryclass = {hep-th}"):
        assert words in text


@pytest.mark.parametrize("paper", [PAPER, HOSTILE])
def test_ris_is_one_entry(paper):
    entries = rispy.loads(citations.ris([paper]))
    assert len(entries) == 1
    assert len(entries[0]["authors"]) == len(paper.content.authors)


def test_ris_and_csl_say_what_is_known():
    entry = rispy.loads(citations.ris([PAPER]))[0]
    assert entry["abstract"] == "One. Two."
    assert entry["doi"] == PAPER.id
    item = orjson.loads(citations.csl_json([PAPER]))[0]
    assert item["issued"] == {"date-parts": [[2025, 1, 31]]}
    assert item["author"][:2] == [{"family": "Núñez", "given": "José"}, {"literal": "Plato"}]
    assert item["title"] == entry["title"] == "The Fields & ℓ₂ of 100% Barley_x"


def test_a_paper_of_which_nothing_is_known_can_be_cited():
    bare = Paper(1, "p-1", PaperContent(title=""))
    assert "@misc{paper" in citations.bibtex([bare])
    assert len(rispy.loads(citations.ris([bare]))) == 1
    assert orjson.loads(citations.csl_json([bare])) == [{"id": "paper", "type": "article"}]
    assert citations.markdown(bare).startswith("# ")


def test_markdown_means_nothing_but_itself():
    words = citations.markdown(HOSTILE)
    assert [line for line in words.splitlines() if line.startswith("# ")] == [words.splitlines()[0]]
    assert citations.escape_markdown("*a* [b](c) <d> `e` #f |g| _h_ \\") == (
        r"\*a\* \[b\](c) \<d\> \`e\` \#f \|g\| \_h\_ " + "\\\\"
    )
