"""The names that papers have in the world, in their usual spellings."""

from __future__ import annotations

import pytest

from broadsheet.domain.identifiers import find_arxiv_id, find_doi, find_openreview_id


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2401.00001", "2401.00001"),
        (" 2401.00001v3 ", "2401.00001"),
        ("0704.0001", "0704.0001"),
        ("arXiv:2401.00001v12", "2401.00001"),
        ("arxiv : 2401.00001", "2401.00001"),
        ("oai:arXiv.org:2401.00001", "2401.00001"),
        ("https://arxiv.org/abs/2401.00001v2", "2401.00001"),
        ("http://export.arxiv.org/pdf/2401.00001v2.pdf", "2401.00001"),
        ("https://www.arxiv.org/pdf/2401.00001?download=1", "2401.00001"),
        ("https://arxiv.org/html/2401.00001#S2", "2401.00001"),
        ("10.48550/arXiv.2401.00001", "2401.00001"),
        ("https://doi.org/10.48550/ARXIV.2401.00001", "2401.00001"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("HEP-TH/9901001v2", "hep-th/9901001"),
        ("math.GT/0309136", "math/0309136"),
        ("https://arxiv.org/abs/math.GT/0309136", "math/0309136"),
        ("2413.00001", None),
        ("2400.00001", None),
        ("2401.001", None),
        ("2401.000011", None),
        ("see 2401.00001", None),
        ("2401.00001 and more", None),
        ("https://example.org/abs/2401.00001", None),
        ("10.1000/2401.00001", None),
        ("", None),
    ],
)
def test_arxiv_ids(text: str, found: str | None) -> None:
    assert find_arxiv_id(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10.1000/ABC.d", "10.1000/abc.d"),
        ("doi:10.1000/xyz", "10.1000/xyz"),
        ("DOI : 10.1000/xyz.", "10.1000/xyz"),
        ("https://doi.org/10.1000/a(b)c", "10.1000/a(b)c"),
        ("http://dx.doi.org/10.1000/a%2Fb", "10.1000/a/b"),
        ("10.48550/arXiv.2401.00001", None),
        ("10.10/short", None),
        ("10.1000/", None),
        ("10.1000/a b", None),
        ("11.1000/x", None),
        ("", None),
    ],
)
def test_dois(text: str, found: str | None) -> None:
    assert find_doi(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://openreview.net/forum?id=aB3_-xYz90", "aB3_-xYz90"),
        ("https://openreview.net/pdf?id=aB3_-xYz90&name=x", "aB3_-xYz90"),
        ("https://openreview.net/group?id=aB3_-xYz90", None),
        ("https://example.org/forum?id=aB3_-xYz90", None),
        ("aB3_-xYz90", None),
    ],
)
def test_openreview_ids(text: str, found: str | None) -> None:
    assert find_openreview_id(text) == found
