"""BibTeX: TeX, strings, names, identifiers, and broken entries."""

from __future__ import annotations

from datetime import date

import pytest

from broadsheet.domain.paper import content_key

ENTRY = r"""
@string{jb = "Journal of " # {Bread}}
@comment{nothing @here}

@article{doe2020,
  title = {{Sch{\"o}n} baking: \'etudes of $x^2$ \& 5% more},
  author = {M{\"u}ller, J{\"o}rg and {The Lab, Inc.} and Di Roe and others},
  journal = jb,
  year = 2020, month = feb # "~5",
  abstract = "We bake {bread} and 7\% more
     than the others.",
  keywords = {bread, ovens; cakes},
  doi = {10.1000/ABC\_7},
  url = {https://example.org/a\_b},
}
"""


def test_an_entry(read):
    record = read(ENTRY).only
    assert record.title == "Schön baking: études of $x^2$ & 5% more"
    assert record.authors == ("Jörg Müller", "The Lab, Inc.", "Di Roe")
    assert record.venue == "Journal of Bread"
    assert record.published_on == date(2020, 2, 1)
    assert record.abstract == "We bake bread and 7% more than the others."
    assert record.keywords == ("bread", "ovens", "cakes")
    assert (record.source, record.source_id, record.doi) == ("bibtex", "10.1000/abc_7", "10.1000/abc_7")
    assert [link.url for link in record.links] == ["https://example.org/a_b"]


@pytest.mark.parametrize(
    "fields",
    [
        "eprint = {2401.00001}, archiveprefix = {arXiv}",
        "eprint = {2401.00001v3}, eprinttype = {arxiv}",
        "eprint = {2401.00001}",
        "url = {https://arxiv.org/abs/2401.00001}",
        "journal = {arXiv preprint arXiv:2401.00001}",
        "journal = {CoRR}, volume = {abs/2401.00001}",
        "doi = {10.48550/arXiv.2401.00001}",
        r"howpublished = {\url{https://arxiv.org/pdf/2401.00001.pdf}}",
        "note = {see arXiv: 2401.00001 [cs.CL]}",
    ],
)
def test_arxiv_ids(read, fields):
    record = read(f"@misc{{k, title = {{T}}, {fields}}}").only
    assert (record.arxiv_id, record.source_id) == ("2401.00001", "2401.00001")
    assert [link.kind for link in record.links] == ["abs", "pdf"]


def test_an_eprint_elsewhere_is_no_arxiv_id(read):
    record = read("@misc{k, title = {T}, eprint = {2401.00001}, eprinttype = {jstor}}").only
    assert record.arxiv_id is None
    assert record.source_id == content_key(record)


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ("year = 1999", date(1999, 1, 1)),
        ("year = {1999}, month = {12}", date(1999, 12, 1)),
        ('year = "1999", month = "December", day = 24', date(1999, 12, 24)),
        ("year = 1999, month = feb, day = 30", date(1999, 2, 1)),
        ("date = {2020-05-12}", date(2020, 5, 12)),
        ("date = {2019-01/2019-02}", date(2019, 1, 1)),
        ("year = {c. 1999}", date(1999, 1, 1)),
        ("year = {to appear}", None),
        ("year = {0000}", None),
        ("year = 99999", None),
        ("month = may", None),
    ],
)
def test_dates(read, fields, day):
    assert read(f"@misc{{k, title = {{T}}, {fields}}}").only.published_on == day


def test_broken_entries_spoil_only_themselves(read):
    text = (
        "@article{a, title = {First}}\n"
        "@article{b, title = {Never {closed}, year = 2000\n"
        "@article{c, author = {No Title}}\n"
        "@article{a, title = {Same key}}\n"
        "@article{d, title = {Field twice}, year = 2000, year = 2001}\n"
        "@article{e, title = {Bad \xff byte}}\n"
        "words between entries\n"
        "@article{f, title = {Last}} @article{g, title = {On the same line}}\n"
        "@article{h, title = {Cut off"
    )
    found = read(text.encode("latin-1"))
    assert found.titles == ["First", "Same key", "Field twice", "Last", "On the same line"]
    assert found.records[2].published_on == date(2000, 1, 1)
    assert [(line, reason[:12]) for line, reason in found.reasons] == [
        (2, "broken entry"),
        (3, "no title"),
        (6, "invalid UTF-"),
        (9, "broken entry"),
    ]
    assert all(aside.excerpt.startswith("@article") for aside in found.asides)


def test_lines_of_failures_count_within_the_file(read):
    found = read("\n\n@article{a,\n title = {T}}\n\n\n@article{b,\n year = 2000}\n")
    assert found.reasons == [(7, "no title")]


def test_an_endless_entry_is_set_aside_and_the_rest_read(read):
    endless = "@article{a, title = {T}, abstract = {" + "word\n" * 300_000 + "}}\n"
    found = read(endless + "@article{b, title = {Next}}\n")
    assert found.titles == ["Next"]
    assert found.reasons == [(1, "an entry of more than 1 MiB")]


def test_a_truncated_file_says_so_once(read):
    text = "".join(f"@article{{k{n}, title = {{Title {n}}}}}\n" for n in range(50)) + "@article{z, title = {Cut"
    found = read(text, zipped=True, cut=9)
    assert found.titles[:5] == [f"Title {n}" for n in range(5)]
    assert [line for line, _ in found.reasons] == [0]


def test_deep_braces_do_no_harm(read):
    found = read("@misc{a, title = {" + "{" * 5000 + "\\'e" + "}" * 5000 + "}}\n@misc{b, title={T}}")
    assert found.titles[-1] == "T"


def test_the_parser_prints_nothing(read, capfd):
    read("@article{b, title = {Never {closed}, year = 2000\n@article{c, title = {T}}")
    assert capfd.readouterr() == ("", "")


def test_endless_spaces_between_names_do_not_take_forever(read):
    found = read("@misc{a, title = {T}, author = {Jo Doe" + " " * 500_000 + "and Al Poe}}")
    assert found.only.authors == ("Jo Doe", "Al Poe")
