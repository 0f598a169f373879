"""Values of any type become clean fields or the empty one."""

from __future__ import annotations

from datetime import date

import pytest

from broadsheet.sources.addresses import find_code, identifiers_in
from broadsheet.sources.fields import (
    count_of,
    day_of,
    fold,
    forename_first,
    name_of,
    names_of,
    safe_url,
    words_of,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  a \n\n b\t c\u00a0d ", "a b c d"),
        ("a\x00b\x1b[0m \x7f c", "ab[0m c"),
        ("left\u202eright\ufeff", "leftright"),
        ("\ud800x", "x"),
        ("É 漢字 \u200d😀", "É 漢字 \u200d😀"),
        ("a &amp; b", "a &amp; b"),
        (5, ""),
        (None, ""),
        (["a"], ""),
        ("x" * 500, "x" * 300),
    ],
)
def test_fold(value, expected):
    assert fold(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-05-27", date(2024, 5, 27)),
        ("2024-05-27T23:59:59.000Z", date(2024, 5, 27)),
        ("2024/5/7", date(2024, 5, 7)),
        ("2020///", date(2020, 1, 1)),
        ("2020-02", date(2020, 2, 1)),
        ("1999", date(1999, 1, 1)),
        (1958, date(1958, 1, 1)),
        ("2020/2021", date(2020, 1, 1)),
        ("0000-00-00", None),
        ("2023-02-29", None),
        ("2023-13-01", None),
        ("99999", None),
        ("99999-01-01", None),
        (99999, None),
        (-5, None),
        (10**30, None),
        (True, None),
        ("yesterday", None),
        ("٢٠٢٤", date(2024, 1, 1)),
        ({"a": 1}, None),
        (2024.0, None),
    ],
)
def test_day_of(value, expected):
    assert day_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3, 3), (-3, 0), (True, 0), ("3", 0), (None, 0), (10**20, 2**31 - 1), (2.5, 0)],
)
def test_count_of(value, expected):
    assert count_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(5, "5"), ("5", "5"), (True, ""), (None, ""), (1.5, ""), pytest.param(10**5000, "", id="huge")],
)
def test_name_of(value, expected):
    assert name_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["Jo Doe", {"name": "Al Poe"}, {"x": 1}, 5, None, ""], ("Jo Doe", "Al Poe")),
        ("Jo Doe, Al Poe, Di Roe", ("Jo Doe", "Al Poe", "Di Roe")),
        ("Jo Doe and Al Poe", ("Jo Doe", "Al Poe")),
        ("Doe, Jo and Poe, Al", ("Jo Doe", "Al Poe")),
        ("Jo Doe, Al Poe, and Di Roe", ("Jo Doe", "Al Poe", "Di Roe")),
        ("Doe, Jo; Poe, Al", ("Jo Doe", "Al Poe")),
        ("Doe, J. O.", ("J. O. Doe",)),
        ("Doe", ("Doe",)),
        ("", ()),
        ({"a": 1}, ()),
        ("J&#246;rg Lamp, Zo&eacute; Ferry", ("Jörg Lamp", "Zoé Ferry")),
    ],
)
def test_names_of(value, expected):
    assert names_of(value) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Doe, Jo", "Jo Doe"), ("Doe, Jr, Jo", "Jo Doe Jr"), ("Jo Doe", "Jo Doe"), ("a, b, c, d", "a, b, c, d")],
)
def test_forename_first(name, expected):
    assert forename_first(name) == expected


def test_words_of_a_list_or_a_text_each_once():
    assert words_of(["graph", " graph ", 5, "tree"]) == ("graph", "tree")
    assert words_of("graph; tree, graph") == ("graph", "tree")
    assert words_of({"a": 1}) == ()


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "http://",
        "https://[broken",
        'https://example.org/"onclick',
        "https://example.org/a b",
        "https://example.org/\u202e",
        "https://example.org/" + "x" * 3000,
        "ftp://example.org",
        5,
        None,
    ],
)
def test_unsafe_addresses_are_no_links(value):
    assert safe_url(value) is None


def test_safe_addresses_stay():
    assert safe_url(" HTTPS://example.org/a?b=c#d ") == "HTTPS://example.org/a?b=c#d"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Code: https://github.com/jo/thing."], ("code", "https://github.com/jo/thing")),
        (["see github.com/jo/thing.git, now"], ("code", "https://github.com/jo/thing")),
        (["(https://www.GitHub.com/Jo/Thing/tree/main)"], ("code", "https://github.com/Jo/Thing")),
        (["https://huggingface.co/jo/m https://gitlab.com/jo/x"], ("code", "https://gitlab.com/jo/x")),
        (["https://huggingface.co/jo/m", "none"], ("code", "https://huggingface.co/jo/m")),
        (["", "at https://bitbucket.org/jo/x-"], ("code", "https://bitbucket.org/jo/x")),
        (["https://huggingface.co/datasets/jo/d"], ("data", "https://huggingface.co/datasets/jo/d")),
        (["https://huggingface.co/papers/2401.00001"], None),
        (["https://notgithub.com/jo/thing", "mail@github.com/jo/x"], None),
        (["we use GitHub and huggingface"], None),
    ],
)
def test_find_code(texts, expected):
    assert [(link.kind, link.url) for link in find_code(*texts)] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arXiv preprint arXiv:2401.00001", ("2401.00001", None, None)),
        ("arXiv: 2401.00001v2 [cs].", ("2401.00001", None, None)),
        ("https://arxiv.org/abs/hep-th/9901001v1", ("hep-th/9901001", None, None)),
        ("doi:10.1000/ABC.1.", (None, "10.1000/abc.1", None)),
        ("https://doi.org/10.48550/arXiv.2401.00001", ("2401.00001", None, None)),
        ("https://openreview.net/forum?id=abcDEF123", (None, None, "abcDEF123")),
        ("pages 2401.00001 and 1234.5678", (None, None, None)),
    ],
)
def test_identifiers_in(text, expected):
    assert identifiers_in([text]) == expected
