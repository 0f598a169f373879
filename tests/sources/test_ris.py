"""RIS: both ways of tagging, dates, identifiers, broken entries."""

from __future__ import annotations

from datetime import date

import pytest

ENTRY = """TY  - JOUR
AU  - Doe, Jo
A1  - Poe, Al
TI  - On bread
AB  - We bake
  and bake.
JO  - Journal of Bread
PY  - 2020/05/12/
DO  - 10.1000/ABC
UR  - https://example.org/a
UR  - javascript:alert(1)
KW  - bread
KW  - ovens
XX  - unknown
ER  -
"""


def test_an_entry(read):
    record = read(ENTRY).only
    assert record.title == "On bread"
    assert record.authors == ("Al Poe", "Jo Doe")
    assert record.abstract == "We bake and bake."
    assert (record.venue, record.keywords) == ("Journal of Bread", ("bread", "ovens"))
    assert record.published_on == date(2020, 5, 12)
    assert (record.source, record.source_id, record.doi) == ("ris", "10.1000/abc", "10.1000/abc")
    assert [link.url for link in record.links] == ["https://example.org/a"]


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        ("PY  - 1999", date(1999, 1, 1)),
        ("Y1  - 1999/12//", date(1999, 12, 1)),
        ("DA  - 1999/12/24/Christmas\nPY  - 1999", date(1999, 12, 24)),
        ("PY  - 0000", None),
        ("DA  - 99999", None),
        ("N1  - x", None),
    ],
)
def test_dates(read, lines, day):
    assert read(f"TY  - JOUR\nT1  - T\n{lines}\nER  - \n").only.published_on == day


@pytest.mark.parametrize(
    "field",
    [
        "UR  - http://arxiv.org/abs/2401.00001v2",
        "N1  - arXiv:2401.00001",
        "M1  - arXiv:2401.00001 [cs]",
        "DO  - 10.48550/arXiv.2401.00001",
    ],
)
def test_arxiv_ids(read, field):
    assert read(f"TY  - JOUR\nTI  - T\n{field}\nER  -\n").only.source_id == "2401.00001"


def test_broken_entries_spoil_only_themselves(read):
    text = (
        b"TY  - JOUR\nTI  - First\nER  - \n\n"
        b"TY  - JOUR\nAU  - No, Title\nER  - \n"
        b"TY  - JOUR\nTI  - No end\n"
        b"TY  - JOUR\nTI  - Bad \xff byte\nER  - \n"
        b"TY  - JOUR\ncontinued nothing\nTI  - Odd\nER  - \n"
        b"  TY  - JOUR\r\n  TI  - Indented\r\n  ER  - \r\n"
        b"TY  - JOUR\nTI  - Cut off"
    )
    found = read(text)
    assert found.titles[0] == "First"
    assert found.titles[-1] == "Indented"
    assert found.titles[1:-1] in ([], ["Odd"])
    assert [aside for aside in found.reasons if aside[0] != 13] == [
        (5, "no title"),
        (8, "a RIS entry without its end (ER)"),
        (10, "invalid UTF-8"),
        (20, "a RIS entry without its end (ER)"),
    ]
