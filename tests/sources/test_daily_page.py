"""Daily Papers saved as text: cards, their small print, and the years of their dates."""

from __future__ import annotations

import os
from datetime import date

import pytest

from broadsheet.domain.paper import content_key
from broadsheet.sources.files import read_file
from broadsheet.sources.reading import ReadOptions

HEADER = (
    "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\n"
    "byAK and the research community\n\nNov 7\n\n"
)
LONG = "An abstract that goes on for quite a while, so that nobody takes it for a title. " * 5


def card(title: str, about: str = "  • 4 authors\n·\nFeb 27, 2024", abstract: str = LONG) -> str:
    return "\n\n".join(part for part in (title, abstract, about) if part) + "\n\n"


def test_a_card(read):
    record = read(HEADER + card("A  Title")).only
    assert record.title == "A Title"
    assert record.abstract == LONG.strip()
    assert record.author_count == 4
    assert record.authors == ()
    assert record.published_on == date(2024, 2, 27)
    assert record.edition_on is None
    assert record.source == "daily-page"
    assert record.source_id == content_key(record)
    assert (record.comments, record.organization, record.links) == (0, "", ())


@pytest.mark.parametrize(
    ("about", "count", "organization", "day", "comments"),
    [
        ("  • 1 authors\n·\nOct 6 2", 1, "", date(2025, 10, 6), 2),
        ("  • 12 authors\n·\nOct 6, 2023 31", 12, "", date(2023, 10, 6), 31),
        ("MTSAIR MTSAIR\n·\nSep 26 2", None, "MTSAIR", date(2025, 9, 26), 2),
        ("Some Lab Some Lab\n·\nSep 26", None, "Some Lab", date(2025, 9, 26), 0),
        ("Some Lab\n·\n  • 3 authors\n·\nSep 26", 3, "Some Lab", date(2025, 9, 26), 0),
        ("• 3 authors", 3, "", None, 0),
        ("May 3, 2022", None, "", date(2022, 5, 3), 0),
        ("  • 3 authors\n·\nFeb 30", 3, "", None, 0),
        ("  • 3 authors\n·\nFeb 29", 3, "", None, 0),
        ("  • 3 authors\n·\nFeb 29, 2024", 3, "", date(2024, 2, 29), 0),
        ("  • 3 authors\n·\nMay 3, 9999", 3, "", None, 0),
        ("", None, "", None, 0),
    ],
)
def test_small_print(read, about, count, organization, day, comments):
    page = HEADER + card("First") + card("Under test", about) + card("Last")
    options = ReadOptions(saved_on=date(2025, 11, 7))
    record = next(r for r in read(page, options).records if r.title == "Under test")
    assert (record.author_count, record.organization, record.published_on, record.comments) == (
        count,
        organization,
        day,
        comments,
    )


def test_without_being_told_the_year_is_the_one_after_the_newest(read):
    cards = card("A", "  • 1 authors\n·\nMay 3, 2021") + card("B", "  • 1 authors\n·\nMay 4, 2023")
    undated = card("C", "  • 1 authors\n·\nMay 5", LONG + " By 2031 this will be solved. May 9, 2040.")
    assert [r.published_on for r in read(HEADER + undated + cards).records] == [
        date(2024, 5, 5),
        date(2021, 5, 3),
        date(2023, 5, 4),
    ]


def test_being_told_the_year_wins(read):
    page = HEADER + card("A", "  • 1 authors\n·\nMay 3, 2021") + card("B", "  • 1 authors\n·\nMay 4")
    assert read(page, ReadOptions(saved_on=date(2030, 1, 1))).records[1].published_on == date(2030, 5, 4)


def test_where_no_year_is_written_the_file_says_it(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(HEADER + card("A", "  • 1 authors\n·\nMay 4"))
    os.utime(path, (1_500_000_000, 1_500_000_000))  # 2017
    assert [r.published_on for r in read_file(path)] == [date(2017, 5, 4)]


def test_cards_without_small_print_follow_one_another(read):
    page = HEADER + "".join(card(f"Title {n}", "") for n in range(5)) + card("Dated")
    found = read(page)
    assert found.titles == [*(f"Title {n}" for n in range(5)), "Dated"]
    assert [bool(r.published_on) for r in found.records] == [False] * 5 + [True]


@pytest.mark.parametrize(
    ("page", "titles"),
    [
        (card("No abstract", abstract="") + card("Next"), ["No abstract", "Next"]),
        (card("Two parts", abstract=LONG + "\n\n" + LONG) + card("Next"), ["Two parts", "Next"]),
        (card("Short one", "", "Brief.") + card("Next"), ["Short one", "Next"]),
        (card("A", "A lab\n·\nMay 1, 2020").replace("\n\n", "\n") + "\n" + card("B"), ["A", "B"]),
        (card("A") + "Previous\n\nNext\n\n12\n\nCompany\n\nAbout\n\nPricing\n\n", ["A"]),
    ],
)
def test_uneven_pages(read, page, titles):
    found = read(HEADER + page)
    assert found.titles == titles
    assert found.asides == []


def test_a_line_that_belongs_to_no_paper_is_set_aside(read):
    found = read(HEADER + card("A") + "Stray words\n")
    assert found.titles == ["A"]
    assert found.reasons == [(21, "a line that belongs to no paper")]
    assert found.asides[0].excerpt == "Stray words"


def test_invalid_utf8_spoils_one_card(read):
    page = (HEADER + card("A") + card("B") + card("C")).encode().replace(b"\n\nB\n\n", b"\n\nB\xff\n\n")
    found = read(page)
    assert found.titles == ["A", "C"]
    assert [reason for _, reason in found.reasons] == ["invalid UTF-8"]


def test_a_truncated_page_loses_its_last_card(read):
    found = read(HEADER + "".join(card(f"T{n}") for n in range(9)), zipped=True, cut=9)
    assert found.titles == [f"T{n}" for n in range(8)]
    assert [line for line, _ in found.reasons] == [0]
